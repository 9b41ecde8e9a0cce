/** What all parts of a run share. */
import type { DiskModelName } from './disk/model.ts'
import type { SecondCrashes } from './first-crashes.ts'
import type { Subject } from './subject.ts'

/** Of the store, in the root of the workload and of each image. */
export const storeDirectory = 'log'

export interface PowerLossSettings {
  readonly subject: Subject
  /** As the replay command names the adapter; empty: it does not. */
  readonly adapterArgument: string
  readonly images: number
  readonly seed: number
  readonly model: DiskModelName
  readonly operations: number
  readonly imagesPerMoment: number
  /** Images of each workload whose recovery loses the power once more, beside those of a new kind. */
  readonly secondCrashes: SecondCrashes
  /** Moments of each workload at which its process is killed, and the power lost after the next one has opened the store. */
  readonly reopenings: number
}

/** A store that is not open after so long hangs. */
export const checkMsMax = 30_000
