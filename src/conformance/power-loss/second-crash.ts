/**
 * The power goes a second time, while the store recovers from the first: the recovery of some images is recorded itself, and what
 * a loss of power could leave of it is opened and judged in the same way.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { applyToModel } from '../history-model.ts'
import { LogModel, ModelRefusal } from '../model.ts'
import { type IssuedOperation, isSameView } from '../oracle.ts'
import type { Checked } from './check/checker-pool.ts'
import type { RecoveringOrders } from './check/protocol.ts'
import { writeImage } from './disk/image.ts'
import type { DiskEvent, WorkloadLine } from './event.ts'
import type { FirstCrash } from './first-crashes.ts'
import type { ImageResults } from './image-results.ts'
import { type BadImage, MomentWalk } from './moment-walk.ts'
import type { RecordingFile } from './recording-file.ts'
import { type PowerLossSettings, storeDirectory } from './settings.ts'
import { record } from './trace/recorder.ts'

export interface SecondCrashOptions extends PowerLossSettings {
  /** Names the stream of choices, with the seed. */
  readonly name: string
  readonly root: string
  readonly volatileFiles: readonly string[]
  readonly results: ImageResults
  readonly file: RecordingFile
  readonly signal: AbortSignal | undefined
}

export interface SecondCrash {
  readonly walk: MomentWalk
  readonly bad: BadImage | undefined
  /** What went wrong while the power was on. */
  readonly broken: string | undefined
}

/** Of what is written after the recovery: no workload has as many. */
const recoveryValue = 3_000_000_000
/** Images that are tried at one moment: a recovery is short, and there are many of them. */
const imagesPerMomentMax = 12

/** Recovers the image, takes the power at each moment, and judges what is left. `undefined`: it cannot be judged. */
export async function crashAgain(
  first: FirstCrash,
  options: SecondCrashOptions,
): Promise<SecondCrash | undefined> {
  const { results, root, seed, name, model, file } = options
  await results.open(first.image)
  const kept = keptOf(first, await results.checked(first.image.hash))
  if (kept === undefined) return undefined
  const walk = new MomentWalk({ model, results, seed, name, imagesPerMomentMax })
  mkdirSync(root)
  try {
    writeImage(first.image, root)
    const lines = linesOf(first.issued)
    for (const line of lines) await take(walk, file, { kind: 'line', line })
    return await follow(first, { kept, eventsBefore: lines.length }, walk, options)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

async function follow(
  { image }: FirstCrash,
  { kept, eventsBefore }: { readonly kept: number; readonly eventsBefore: number },
  walk: MomentWalk,
  { adapterUrl, root, volatileFiles, signal, file }: SecondCrashOptions,
): Promise<SecondCrash | undefined> {
  const orders: RecoveringOrders = {
    adapterUrl,
    directory: join(root, storeDirectory),
    kept,
    value: recoveryValue,
  }
  const program = new URL('./check/recovering.js', import.meta.url)
  let said: WorkloadLine | undefined
  for await (const event of record({
    orders,
    program,
    root,
    found: image,
    eventsBefore,
    volatileFiles,
    signal,
  })) {
    signal?.throwIfAborted()
    if (event.kind === 'cannot-judge') return undefined
    if (event.kind === 'line') said = event.line
    if (said?.kind === 'broken') return { walk, bad: undefined, broken: said.error }
    const bad = await take(walk, file, event)
    if (bad !== undefined) return { walk, bad, broken: undefined }
  }
  const broken =
    said?.kind === 'waiting' ? undefined : 'its process ended by itself, or hung, while it recovered'
  return { walk, bad: await walk.finish(), broken }
}

function take(walk: MomentWalk, file: RecordingFile, event: DiskEvent): Promise<BadImage | undefined> {
  file.add(event)
  return walk.take(event)
}

/** What the process had said. */
function linesOf(issued: readonly IssuedOperation[]): WorkloadLine[] {
  return issued.flatMap(({ operation, outcome }): WorkloadLine[] => {
    const intent = { kind: 'intent', operation } as const
    return outcome === undefined ? [intent] : [intent, { kind: 'ack', outcome }]
  })
}

/** After how many of the operations the store is as it came back. */
function keptOf({ issued }: FirstCrash, checked: Checked): number | undefined {
  if (checked.kind !== 'opened') return undefined
  const model = new LogModel<string>()
  let kept = isSameView(model.view(), checked.recovered.view) ? 0 : undefined
  for (const [position, { operation }] of issued.entries()) {
    try {
      applyToModel(model, operation)
    } catch (error) {
      if (!(error instanceof ModelRefusal)) throw error
    }
    if (isSameView(model.view(), checked.recovered.view)) kept = position + 1
  }
  return kept
}
