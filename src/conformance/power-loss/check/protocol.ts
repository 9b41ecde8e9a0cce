/** What the process that opens images and its parent say to each other: one line of JSON each. */
import type { AdapterErrorKind } from '../../kit/index.ts'
import type { Recovered } from '../../oracle.ts'

/** The image is in `root`; the store's own directory is in that. */
export interface CheckOrder {
  readonly root: string
  readonly directory: string
  /** Number of the value that is appended to see whether the store still works. */
  readonly value: number
  /** Whether it is used before it is read, and then read as it was left. Default false. */
  readonly isUsedFirst?: boolean | undefined
}

export type CheckAnswer<R = Recovered> =
  | {
      readonly kind: 'opened'
      readonly recovered: R
      /** What was changed when the store was first opened, read and closed: see `changes.ts`. `undefined`: nobody looked. */
      readonly changes?: readonly string[] | undefined
      /** What went wrong when the store was then used: appended to, closed, and opened again. `undefined`: nothing. */
      readonly unusable: string | undefined
      /** Of the error that it then threw, if it did and has one. */
      readonly unusableCode?: string | undefined
    }
  /** It could not be opened and read. */
  | { readonly kind: 'refused'; readonly error: string; readonly code?: string | undefined }
  /** The adapter cannot be run, which says nothing about the storage. */
  | { readonly kind: 'adapter'; readonly why: AdapterErrorKind; readonly error: string }

/** The code of what a storage of the kit threw, whose errors are its own. */
export const storeFailureCode = 'STORE_FAILURE'

/** The checker's descriptor for its answers. Standard output is left to the adapter. */
export const answerDescriptor = 3

/** What the process is asked to do that recovers an image and is recorded. */
export interface RecoveringOrders {
  readonly adapterUrl: string
  readonly directory: string
  /** How many of the operations before the power loss it comes back with. */
  readonly kept: number
  /** Number of the value, and of the round, that it writes. */
  readonly value: number
}
