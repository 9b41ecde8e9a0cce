/** Records how a process recovers a directory, takes the power at each moment of that, and judges what is left. */
import { join } from 'node:path'
import { applyToModel } from '../history-model.ts'
import { LogModel, ModelRefusal } from '../model.ts'
import { type IssuedOperation, isSameView } from '../oracle.ts'
import type { Checked } from './check/checker-pool.ts'
import type { RecoveringOrders } from './check/protocol.ts'
import type { DiskEvent, WorkloadLine } from './event.ts'
import type { ImageResults } from './image-results.ts'
import type { BadImage, MomentWalk } from './moment-walk.ts'
import type { RecordingFile } from './recording-file.ts'
import { type PowerLossSettings, storeDirectory } from './settings.ts'
import { type RecordingOptions, record } from './trace/recorder.ts'

export interface RecoveryOptions extends PowerLossSettings {
  /** Names the stream of choices, with the seed. */
  readonly name: string
  readonly root: string
  readonly volatileFiles: readonly string[]
  readonly results: ImageResults
  readonly file: RecordingFile
  readonly signal: AbortSignal | undefined
}

/** What is there when the process starts, and what was recorded before. */
export interface RecoveryStart extends Pick<RecordingOptions, 'found' | 'known' | 'eventsBefore'> {
  /** How many of the operations that were issued before it comes back with. */
  readonly kept: number
  /** Moments at which the power is lost once the process has said that it has read the store. Default: to its end. */
  readonly momentsAfterReading?: number | undefined
}

export interface Recovery {
  readonly walk: MomentWalk
  readonly bad: BadImage | undefined
  /** What went wrong while the power was on. */
  readonly broken: string | undefined
}

/** Images that are tried at one moment: a recovery is short, and there are many of them. */
export const imagesPerMomentOfRecovery = 12

/** Of what is written after the recovery: no workload has as many. */
const recoveryValue = 3_000_000_000

/** `undefined`: it cannot be judged. */
export async function recover(
  { kept, momentsAfterReading = Number.POSITIVE_INFINITY, ...start }: RecoveryStart,
  walk: MomentWalk,
  { adapterUrl, root, volatileFiles, signal, file }: RecoveryOptions,
): Promise<Recovery | undefined> {
  const directory = join(root, storeDirectory)
  const orders: RecoveringOrders = { adapterUrl, directory, kept, value: recoveryValue }
  const program = new URL('./check/recovering.js', import.meta.url)
  let said: WorkloadLine | undefined
  let momentsMax = Number.POSITIVE_INFINITY
  for await (const event of record({ orders, program, root, volatileFiles, signal, ...start })) {
    signal?.throwIfAborted()
    if (event.kind === 'cannot-judge') return undefined
    if (event.kind === 'line') said = event.line
    if (said?.kind === 'broken') return { walk, bad: undefined, broken: said.error }
    const bad = await take(walk, file, event)
    if (bad !== undefined) return { walk, bad, broken: undefined }
    if (event.kind === 'line' && event.line.kind === 'recovered')
      momentsMax = walk.triedMoments + momentsAfterReading
    if (walk.triedMoments >= momentsMax) return { walk, bad: await walk.finish(), broken: undefined }
  }
  const broken =
    said?.kind === 'waiting' ? undefined : 'its process ended by itself, or hung, while it recovered'
  return { walk, bad: await walk.finish(), broken }
}

export function take(walk: MomentWalk, file: RecordingFile, event: DiskEvent): Promise<BadImage | undefined> {
  file.add(event)
  return walk.take(event)
}

/** After how many of the operations the store is as it came back. `undefined`: after none, or it did not come back. */
export function keptOf(issued: readonly IssuedOperation[], checked: Checked): number | undefined {
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
