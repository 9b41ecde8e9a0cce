/** One run of the workload, in which one call fails. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { LogAdapter } from '../adapter.ts'
import type { Finding } from '../finding.ts'
import { AdapterError, callsAhead, callsAheadVariable, nobodysFile } from '../kit/index.ts'
import type { Checked } from '../power-loss/check/checker-pool.ts'
import { imageOfDirectory } from '../power-loss/disk/directory-image.ts'
import { Disk } from '../power-loss/disk/disk.ts'
import { type Image, imageOf, visibleImage } from '../power-loss/disk/image.ts'
import { diskModels } from '../power-loss/disk/model.ts'
import type { Survivors, Unit } from '../power-loss/disk/unit.ts'
import type { WorkloadLine } from '../power-loss/event.ts'
import type { ImageResults } from '../power-loss/image-results.ts'
import { storeDirectory } from '../power-loss/settings.ts'
import type { Issued } from '../power-loss/subject.ts'
import { numberIn } from '../power-loss/trace/arguments.ts'
import type { TracedCall } from '../power-loss/trace/call-assembler.ts'
import { type RecordingOptions, record } from '../power-loss/trace/recorder.ts'
import { SeededRandom } from '../random.ts'
import type { FaultEnding } from './fault-history.ts'
import type { FaultSubject, JudgedHistory } from './fault-subject.ts'
import { type Fault, FaultableCalls, isOnStore, isShort, markOf } from './plan.ts'
import type { FaultChildOrders } from './protocol.ts'
import { holdBack, ShortWrite } from './short-write.ts'

export interface FaultedRunOptions {
  readonly fault: Fault
  readonly subject: FaultSubject
  readonly seed: number
  readonly operations: number
  readonly isReopening: boolean
  /** Where it has its directory, which it makes and removes. */
  readonly workloads: string
  readonly results: ImageResults<unknown>
  readonly signal: AbortSignal | undefined
}

export interface FaultedRun {
  /** `ended`: the process did. `missed`: the call never came, in several attempts. */
  readonly ending: FaultEnding | 'ended' | 'missed'
  readonly findings: readonly Finding[]
  /** What was judged when something was found, in words that fit after "judged". */
  readonly judged: string
  readonly issued: Issued
  readonly checked: Checked<unknown> | undefined
}

/**
 * Node wakes its own threads by a `write` now and then, so that the number of a call may differ by one from run to run. An
 * attempt that lets another call fail does not count; the next one goes by the number that the call had in it.
 */
const shifts = [0, 0, -1, 1, 0, -1, 1, 0] as const
const nobodysMark = markOf(nobodysFile)
const delayMsFirst = 100
/** A disk is full for so long. A store that has failed for it is opened again when there is room. */
const fullMs = 30
/** After so many answers since the fault, the power is lost. */
const answersJudged = 3
const randomChoices = 3

/** What a recording of this workload is made with; a run without faults uses the same. */
export function recordingOf(
  { subject, seed, operations, isReopening, signal }: Omit<FaultedRunOptions, 'fault' | 'results'>,
  root: string,
  fault?: Fault,
): RecordingOptions {
  const directory = join(root, storeDirectory)
  const { adapterUrl, adapter, child: program } = subject
  const orders: FaultChildOrders = { adapterUrl, directory, seed, history: 'fault', operations, isReopening }
  const volatileFiles = adapter.volatileFiles ?? []
  // strace counts the calls of each thread: with one thread for files their number is the same in every run.
  const environment = { UV_THREADPOOL_SIZE: '1', ...aheadOf(adapter, fault) }
  return { orders, program, root, volatileFiles, signal, environment }
}

/** A pool that goes ahead passes the numbers of others, by calls that are not to fail. */
function aheadOf({ capabilities }: LogAdapter, fault: Fault | undefined): Readonly<Record<string, string>> {
  if (capabilities === undefined) return {}
  const isInPool = fault === undefined || fault.call.nth >= callsAhead.pool.many
  return { [callsAheadVariable]: isInPool ? 'pool' : 'adapter' }
}

/** Runs it until the fault has come. @throws the signal's reason */
export async function runFault(options: FaultedRunOptions): Promise<FaultedRun> {
  let seen: number | undefined
  for (const [attempt, usual] of shifts.entries()) {
    const shift =
      seen === undefined || seen === options.fault.call.nth ? usual : seen - options.fault.call.nth
    const root = join(options.workloads, `${options.fault.number}-${attempt + 1}`)
    mkdirSync(root)
    try {
      const run = new Attempt(options, root, { shift, delayMs: delayMsFirst * 2 ** Math.min(attempt, 3) })
      const result = await run.run()
      if (result !== undefined) return result
      seen = run.nthSeen
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  }
  return { ending: 'missed', findings: [], judged: '', issued: [], checked: undefined }
}

/** A directory that is opened, and what it must hold. */
interface Trial {
  readonly judged: string
  readonly hash: string
  readonly findings: (recovered: unknown) => readonly Finding[]
}

class Attempt {
  readonly #options: FaultedRunOptions
  readonly #root: string
  readonly #how: { readonly shift: number; readonly delayMs: number }
  readonly #calls: FaultableCalls
  readonly #disk = new Disk(diskModels.posix)
  readonly #history: JudgedHistory
  readonly #random: SeededRandom
  readonly #trials: Trial[] = []
  #hits = 0
  #isSpoilt = false
  #answers = 0
  /** That were recorded. */
  #events = 0
  #notUsed = 'the next process that opened it ended by itself, or hung'

  constructor(
    options: FaultedRunOptions,
    root: string,
    how: { readonly shift: number; readonly delayMs: number },
  ) {
    this.#options = options
    this.#root = root
    this.#how = how
    this.#calls = new FaultableCalls(root)
    this.#history = options.subject.createHistory()
    this.#random = new SeededRandom(options.seed, `fault ${options.fault.number}`)
  }

  /** Which number the call had among those of its thread: `undefined` when it did not come. */
  get nthSeen(): number | undefined {
    return this.#calls.calls[this.#options.fault.call.position]?.nth
  }

  /** `undefined`: the fault did not come where it should. */
  async run(): Promise<FaultedRun | undefined> {
    const said = await this.#record()
    if (this.#hits === 0 || this.#isSpoilt) return undefined
    if (said?.kind === 'adapter') throw new AdapterError(said.why, said.error)
    const broken = said?.kind === 'broken' ? said.error : undefined
    if (broken !== undefined) return this.#result('poisoned', [unusable(broken)], 'while the process lived')
    const ending = said?.kind === 'waiting' ? this.#history.ending : 'ended'
    await this.#loseAll('after the end')
    await this.#open('the directory as it is', imageOfDirectory(this.#root))
    // Where each opening is a process, the one in which a call failed has not opened it again.
    const isUsed = this.#options.isReopening || (await this.#openAgain())
    if (!isUsed) return this.#result(ending, [unusable(this.#notUsed)], 'the next process')
    return this.#judge(ending)
  }

  /** Another process opens what this one has left, and goes on: no call of it fails. Returns whether it came to its end. */
  async #openAgain(): Promise<boolean> {
    if (this.#history.findings.length > 0) return true
    this.#history.endProcess()
    this.#answers = 0
    const recording = recordingOf(this.#options, this.#root)
    const orders = { ...recording.orders, isSecond: true, history: 'fault again' }
    const known = {
      image: visibleImage(this.#disk),
      nodeCount: Math.max(...this.#disk.nodes.keys()) + 1,
    }
    let said: WorkloadLine<unknown> | undefined
    for await (const event of record({ ...recording, orders, known, eventsBefore: this.#events })) {
      this.#options.signal?.throwIfAborted()
      if (event.kind === 'cannot-judge') throw new Error(`It cannot be judged: it does this: ${event.why}`)
      for (const _ of this.#disk.take(event));
      if (event.kind !== 'line') continue
      said = event.line
      this.#history.take(said)
      if (said.kind === 'adapter') throw new AdapterError(said.why, said.error)
      if (said.kind === 'ack') await this.#answered()
    }
    if (said?.kind === 'broken') this.#notUsed = said.error
    if (said?.kind !== 'waiting') return false
    await this.#loseAll('after the end of the next process')
    await this.#open('the directory that the next process has left', imageOfDirectory(this.#root))
    return true
  }

  /** Returns the last line. */
  async #record(): Promise<WorkloadLine<unknown> | undefined> {
    const { inject, short } = this.#injection()
    const mark = markOf(this.#root)
    let said: WorkloadLine<unknown> | undefined
    const recording = record({
      ...recordingOf(this.#options, this.#root, this.#options.fault),
      inject,
      onText: (text) => short?.take(text),
      onCall: (call) => this.#takeCall(call, mark, short),
    })
    for await (const event of recording) {
      this.#options.signal?.throwIfAborted()
      if (event.kind === 'cannot-judge') throw new Error(`It cannot be judged: it does this: ${event.why}`)
      this.#events += 1
      this.#calls.takeEvent(event)
      for (const _ of this.#disk.take(event));
      if (event.kind !== 'line') continue
      const { line } = event
      said = line
      this.#history.take(line)
      if (line.kind === 'ack') await this.#answered()
    }
    await short?.lifted()
    this.#isSpoilt ||= short?.isLate === true
    return said
  }

  #injection(): { readonly inject: string; readonly short?: ShortWrite } {
    const { kind, call } = this.#options.fault
    const { name, offset = 0, bytes } = call
    const nth = Math.max(1, call.nth + this.#how.shift)
    if (!isShort(kind))
      return { inject: `${name}:error=${kind === 'io-error' ? 'EIO' : 'ENOSPC'}:when=${nth}` }
    const limit = offset + this.#random.integer(1, bytes - 1)
    const lastingMs = kind === 'disk-full' ? fullMs : 0
    const options = { name, nth, limit, delayMs: this.#how.delayMs, fullMs: lastingMs }
    return { inject: holdBack(options), short: new ShortWrite(options) }
  }

  #takeCall(call: TracedCall, mark: string, short: ShortWrite | undefined): void {
    const isMeant = isOnStore(call, mark) && this.#calls.calls.length === this.#options.fault.call.position
    if (call.result.includes('(INJECTED)')) {
      if (isMeant) this.#hits += 1
      else if (!isOnStore(call, nobodysMark)) this.#isSpoilt = true
    }
    if (call.result.includes('(DELAYED)')) {
      short?.lift()
      const taken = numberIn(call.result) ?? -1
      if (taken > 0 && taken < this.#options.fault.call.bytes && isMeant) this.#hits += 1
    }
    this.#calls.takeCall(call)
    // The limit was still there when the next write came.
    if (call.result.includes('EFBIG') && this.#options.fault.kind === 'short-write') this.#isSpoilt = true
  }

  async #answered(): Promise<void> {
    if (this.#hits === 0 || this.#isSpoilt || this.#answers++ >= answersJudged) return
    await this.#loseAll(`after operation ${this.#history.issued.length}`)
  }

  /** The power is lost now: several things may be left of what was not synced. */
  async #loseAll(when: string): Promise<void> {
    const pending = this.#disk.pending()
    for (const survivors of this.#choose(pending)) {
      const kept = pending.filter(({ number }) => survivors.has(number)).map(({ text }) => text)
      const what = kept.length === 0 ? 'nothing' : kept.join('; ')
      await this.#open(
        `the directory when the power goes ${when} and of what was not synced is left: ${what}`,
        imageOf(this.#disk, survivors),
      )
    }
  }

  #choose(pending: readonly Unit[]): Survivors[] {
    const keep = (isKept: (unit: Unit) => boolean): Survivors =>
      new Map(pending.filter(isKept).map(({ number }) => [number, 'whole']))
    const random = Array.from({ length: pending.length > 1 ? randomChoices : 0 }, () =>
      keep(() => this.#random.chance(0.5)),
    )
    return [
      keep(() => false),
      keep(() => true),
      keep(({ isDoomed }) => !isDoomed),
      keep(({ isDoomed }) => isDoomed),
      ...random,
    ]
  }

  async #open(judged: string, image: Image): Promise<void> {
    const findings = this.#history.verdictNow()
    await this.#options.results.open(image)
    this.#trials.push({ judged, hash: image.hash, findings })
  }

  async #judge(ending: FaultedRun['ending']): Promise<FaultedRun> {
    if (this.#history.findings.length > 0)
      return this.#result(ending, this.#history.findings, 'the answers of the process')
    for (const { judged, hash, findings } of this.#trials) {
      const checked = await this.#options.results.checked(hash)
      const found = findingsOf(checked, findings)
      if (found.length > 0) return this.#result(ending, found, judged, checked)
    }
    return this.#result(ending, [], '')
  }

  #result(
    ending: FaultedRun['ending'],
    findings: readonly Finding[],
    judged: string,
    checked?: Checked<unknown>,
  ): FaultedRun {
    return { ending, findings, judged, issued: this.#history.issued, checked }
  }
}

function findingsOf(checked: Checked<unknown>, verdict: Trial['findings']): readonly Finding[] {
  switch (checked.kind) {
    case 'ended':
      return [unusable(checked.how)]
    case 'refused':
      return [unusable(checked.error)]
    case 'opened': {
      const findings = verdict(checked.recovered)
      if (findings.length > 0 || checked.unusable === undefined) return findings
      return [unusable(checked.unusable)]
    }
    default:
      return checked satisfies never
  }
}

function unusable(why: string): Finding {
  return { rule: 'unusable', text: `The store cannot be opened or used again after the failure: ${why}` }
}
