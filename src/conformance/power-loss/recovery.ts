/** Records how a process recovers a directory, takes the power at each moment of that, and judges what is left. */
import { join } from 'node:path'
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
  readonly results: ImageResults<unknown>
  readonly file: RecordingFile
  readonly signal: AbortSignal | undefined
}

/** What is there when the process starts, and what was recorded before. */
export interface RecoveryStart extends Pick<RecordingOptions, 'found' | 'known' | 'eventsBefore'> {
  /** Where it comes back, as its subject says it. */
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

/** `undefined`: it cannot be judged. */
export async function recover(
  { kept, momentsAfterReading = Number.POSITIVE_INFINITY, ...start }: RecoveryStart,
  walk: MomentWalk,
  { subject, seed, root, signal, file }: RecoveryOptions,
): Promise<Recovery | undefined> {
  const { volatileFiles, recovering: program } = subject
  const orders = subject.recoveringOrdersOf({ seed, directory: join(root, storeDirectory) }, kept)
  let said: WorkloadLine<unknown> | undefined
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
