/** One recorded workload: from the first call to the end, or to the first image that fails. */

import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { AdapterError } from '../kit/index.ts'
import { SeededRandom } from '../random.ts'
import { adapterWords } from '../report/adapter-words.ts'
import { diskModels } from './disk/model.ts'
import type { Recorded, WorkloadLine } from './event.ts'
import { failureOf } from './explain.ts'
import { FirstCrashes } from './first-crashes.ts'
import type { ImageResults } from './image-results.ts'
import { type KillCounts, KillMoments } from './kill-moments.ts'
import { type BadImage, MomentWalk, stateAt } from './moment-walk.ts'
import type { PowerLossFailure } from './power-loss-report.ts'
import { addImage, RecordingFile, readRecording } from './recording-file.ts'
import type { Recovery, RecoveryOptions } from './recovery.ts'
import type { RecoveryKinds } from './recovery-kinds.ts'
import { killAndReopen } from './reopening.ts'
import type { RunTally } from './run-tally.ts'
import { crashAgain } from './second-crash.ts'
import { type PowerLossSettings, storeDirectory } from './settings.ts'
import { shrinkLost } from './shrink.ts'
import { suiteOf } from './subject.ts'
import { record } from './trace/recorder.ts'
import type { WorkDirectory } from './work-directory.ts'

/** Of all images of a run, as long as no call of the workload was issued. */
const creationShareMax = 1 / 3

export interface WorkloadOptions extends PowerLossSettings {
  /** From 1. */
  readonly number: number
  readonly directory: WorkDirectory
  readonly results: ImageResults<unknown>
  readonly tally: RunTally
  readonly recoveryKinds: RecoveryKinds
  readonly killCounts: KillCounts
  readonly signal: AbortSignal | undefined
}

/** Returns whether the run may go on: nothing failed, and everything could be judged. */
export async function runWorkload(options: WorkloadOptions): Promise<boolean> {
  const { number, results, tally } = options
  const startedAt = performance.now()
  const imagesBefore = results.count
  const file = recordingFile(options)
  const firstCrashes = new FirstCrashes(
    new SeededRandom(options.seed, `again ${number}`),
    options.recoveryKinds,
  )
  const killMoments = new KillMoments(new SeededRandom(options.seed, `kill ${number}`), options.killCounts)
  const walk = walkOf(options, { firstCrashes, killMoments })
  let ending: Ending
  let again = noRecoveries
  let reopened = noRecoveries
  try {
    ending = await follow(options, walk, file)
    await results.settled()
    if (isFine(ending)) again = await crashAll(options, firstCrashes, file.path)
    if (isFine(ending) && again.failure === undefined)
      reopened = await reopenAll(options, killMoments, file.path)
  } catch (error) {
    rmSync(file.path)
    throw error
  } finally {
    file.close()
    for (const path of [rootOf(options), asideOf(options)]) rmSync(path, { recursive: true, force: true })
  }
  const failure =
    (await failureOfEnding(options, walk, { ...ending, path: file.path })) ??
    again.failure ??
    reopened.failure
  if (failure?.recording !== file.path) rmSync(file.path)
  const workload = {
    number,
    moments: ending.bad?.moment ?? walk.triedMoments,
    images: results.count - imagesBefore,
    durationMs: performance.now() - startedAt,
    cannotJudge: ending.cannotJudge,
    secondCrashes: again.count,
    secondMoments: again.moments,
    reopenings: reopened.count,
    reopenedMoments: reopened.moments,
    isLegal: failure === undefined,
  }
  tally.add(workload, walk.issued, failure)
  return failure === undefined && ending.cannotJudge === undefined
}

function isFine({ bad, cannotJudge, broken }: Ending): boolean {
  return bad === undefined && cannotJudge === undefined && broken === undefined
}

interface Recoveries {
  readonly count: number
  readonly moments: number
  readonly failure: PowerLossFailure | undefined
}

const noRecoveries: Recoveries = { count: 0, moments: 0, failure: undefined }

/** Takes the power from the recovery of each image that was kept, until one fails. */
async function crashAll(options: WorkloadOptions, crashes: FirstCrashes, path: string): Promise<Recoveries> {
  const chosen = await crashes.choose(options.secondCrashes, options.results)
  if (chosen.length === 0) return noRecoveries
  const { events } = await readRecording(path)
  const { failure, ...counted } = await recoverAll(options, 'again', chosen, (first, recovering) =>
    crashAgain(first, events, recovering),
  )
  return { ...counted, failure: failure && { ...failure, isOfRecovery: true } }
}

/** Kills the workload at some of its moments, opens what it leaves, and takes the power then, until one fails. */
async function reopenAll(options: WorkloadOptions, moments: KillMoments, path: string): Promise<Recoveries> {
  const chosen = await moments.choose(options.reopenings, options.results)
  if (chosen.length === 0) return noRecoveries
  const { events } = await readRecording(path)
  const { failure, ...counted } = await recoverAll(options, 'reopened', chosen, (moment, recovering) =>
    killAndReopen(moment, events, recovering),
  )
  return { ...counted, failure: failure && { ...failure, isAfterReopening: true } }
}

async function recoverAll<T>(
  options: WorkloadOptions,
  kind: string,
  starts: readonly T[],
  run: (start: T, options: RecoveryOptions) => Promise<Recovery | undefined>,
): Promise<Recoveries> {
  const { directory, number, results, signal } = options
  let { count, moments } = noRecoveries
  for (const [at, start] of starts.entries()) {
    const name = `${number}-${kind}-${at + 1}`
    const root = join(directory.workloads, name)
    const file = recordingFile(options, name)
    try {
      const recovery = await run(start, {
        ...{ ...options, name: `images ${name}`, root, file, results, signal },
      })
      await results.settled()
      if (recovery !== undefined) {
        count += 1
        moments += recovery.walk.triedMoments
        const ending = { ...fine, bad: recovery.bad, broken: recovery.broken, path: file.path }
        const failure = await failureOfEnding(options, recovery.walk, ending)
        if (failure !== undefined) return { count, moments, failure }
      }
    } finally {
      file.close()
    }
    rmSync(file.path)
  }
  return { count, moments, failure: undefined }
}

interface Ending {
  readonly bad: BadImage | undefined
  readonly cannotJudge: string | undefined
  /** What went wrong while the power was on. */
  readonly broken: string | undefined
}

const fine: Ending = { bad: undefined, cannotJudge: undefined, broken: undefined }

async function follow(options: WorkloadOptions, walk: MomentWalk, file: RecordingFile): Promise<Ending> {
  const { results, images, tally, signal } = options
  let said: WorkloadLine<unknown>['kind'] | undefined
  for await (const event of recordingOf(options)) {
    signal?.throwIfAborted()
    if (event.kind === 'cannot-judge') return { ...fine, bad: await walk.finish(), cannotJudge: event.why }
    if (event.kind === 'line') {
      const { line } = event
      said = line.kind
      if (line.kind === 'bug')
        throw new Error(`The power-loss suite itself failed in its child: ${line.error}`)
      if (line.kind === 'adapter') throw new AdapterError(line.why, line.error)
      if (line.kind === 'broken') return { ...fine, broken: line.error }
    }
    file.add(event)
    if (isEnoughOfCreation(walk, options)) {
      walk.skip(event)
      continue
    }
    const bad = await walk.take(event)
    if (bad !== undefined) return { ...fine, bad }
    tally.progress()
    if (results.count >= images) return { ...fine, bad: await walk.finish() }
  }
  if (said === undefined) throw new Error('The workload said nothing: strace or its child failed')
  if (said !== 'waiting') return { ...fine, broken: 'its process ended by itself, or hung' }
  return { ...fine, bad: await walk.finish() }
}

/** What a store is made of may be many images, and few of them say more of it than those before: a small run is to see it used. */
function isEnoughOfCreation({ issued }: MomentWalk, { results, images }: WorkloadOptions): boolean {
  return issued.length === 0 && results.count >= images * creationShareMax
}

function recordingOf(options: WorkloadOptions): AsyncGenerator<Recorded> {
  const root = rootOf(options)
  mkdirSync(root)
  const { subject, signal, number, seed, operations } = options
  const { workload: program, volatileFiles } = subject
  const directory = join(root, storeDirectory)
  const orders = subject.ordersOf({ number, seed, operations, directory, aside: asideOf(options) })
  return record({ program, orders, root, volatileFiles, signal })
}

function rootOf({ directory, number }: WorkloadOptions): string {
  return join(directory.workloads, String(number))
}

function asideOf(options: WorkloadOptions): string {
  return `${rootOf(options)}-aside`
}

async function failureOfEnding(
  options: WorkloadOptions,
  { issued }: MomentWalk,
  { bad, broken, path }: Ending & { readonly path: string },
): Promise<PowerLossFailure | undefined> {
  if (bad !== undefined) return explain(options, path, bad)
  if (broken === undefined) return undefined
  const text = `The store does not work, although no power was lost: ${broken}`
  return failureOf({
    ...{ subject: options.subject, workload: options.number, model: options.model, issued, recording: path },
    findings: [{ rule: 'unusable', text }],
    pending: [],
    survivors: new Map(),
    checked: { kind: 'refused', error: broken },
    isPowered: true,
    replay: `holdfast conform --suite ${suiteOf(options.subject)} --seed ${options.seed} --model ${options.model}`,
  })
}

function recordingFile(
  { directory, subject, model, seed, number }: WorkloadOptions,
  name = String(number),
): RecordingFile {
  const path = join(directory.recordings, `power-loss-${seed}-${name}.jsonl`)
  return new RecordingFile(path, {
    ...{ adapter: subject.name, kind: subject.kind, model, seed },
    workload: number,
    directory: storeDirectory,
  })
}

function walkOf(
  { model, subject, results, seed, number, imagesPerMoment }: WorkloadOptions,
  offered: { readonly firstCrashes: FirstCrashes; readonly killMoments: KillMoments },
): MomentWalk {
  const parts = { model, subject, results, seed, name: `images ${number}` }
  return new MomentWalk({ ...parts, imagesPerMomentMax: imagesPerMoment, ...offered })
}

/** Shrinks what was lost, and keeps the image with the recording. */
async function explain(
  { subject, results, model, number, adapterArgument }: WorkloadOptions,
  path: string,
  { moment, lines, survivors }: BadImage,
): Promise<PowerLossFailure> {
  const { events } = await readRecording(path)
  const { disk, issued } = stateAt({ events, subject }, model, { moment, lines })
  const shrunk = await shrinkLost({ disk, model: diskModels[model], issued, results }, survivors)
  addImage(path, { moment, lines, survivors: shrunk.survivors })
  const command = `holdfast conform --suite ${suiteOf(subject)} --replay ${path}`
  return failureOf({
    ...{ subject, workload: number, model, issued, recording: path, ...shrunk },
    pending: disk.pending(),
    checked: await results.checked(shrunk.hash),
    replay: `${command}${adapterWords(adapterArgument, '--adapter ')}`,
  })
}
