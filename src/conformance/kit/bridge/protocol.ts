/** What the suites' thread and the adapter's thread say to each other. One request at a time, each with one answer. */
import type { MessagePort } from 'node:worker_threads'
import type { AdapterErrorKind } from '../adapter-error.ts'

/** What the adapter's thread is started with. */
export interface BridgeStart {
  readonly adapterUrl: string
  readonly port: MessagePort
  /** Two 32-bit numbers: see {@link answered} and {@link ended}. */
  readonly state: SharedArrayBuffer
}

/** Where the number of the last answer is. */
export const answered = 0
/** Where 1 is when the thread has ended, or is about to. */
export const ended = 1

export type Request =
  /** What the adapter is, but for its `open`. */
  | { readonly number: number; readonly kind: 'describe' }
  /** The storage that is opened is called `handle` from then on. */
  | { readonly number: number; readonly kind: 'open'; readonly handle: number; readonly directory: string }
  | {
      readonly number: number
      readonly kind: 'call'
      readonly handle: number
      readonly method: string
      readonly parameters: readonly unknown[]
    }
  /** The thread is to end, and leave everything as it is. */
  | { readonly number: number; readonly kind: 'drop' }

export type Answer =
  | { readonly number: number; readonly kind: 'returned'; readonly value: unknown }
  | { readonly number: number; readonly kind: 'threw'; readonly error: ThrownError }
  /** The last words of a thread that ends by an error that nobody caught. */
  | { readonly number: number; readonly kind: 'uncaught'; readonly text: string }

/** What was thrown, as far as it can cross between threads. */
export interface ThrownError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** `definite: true` on the error. */
  readonly isDefinite: boolean
  /** Of an {@link AdapterError}. */
  readonly adapterKind: AdapterErrorKind | undefined
  /** The error's own fields that are plain values. */
  readonly fields: Readonly<Record<string, string | number | boolean | undefined>>
}
