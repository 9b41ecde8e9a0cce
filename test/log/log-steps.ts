/** What a test does to a log, one step after another: plain data, so that fast-check prints and shrinks it. */
import type { DeferrableOp, LogOp } from '../../src/log/index.ts'

/** A write, to be made while something is armed to go wrong. */
export type FaultedWrite =
  | { readonly kind: 'commit'; readonly ops: readonly LogOp[] }
  | { readonly kind: 'flush' }
  | { readonly kind: 'reclaim' }
  | { readonly kind: 'close' }

/** What a fault leaves: nothing of the write, nothing and a poisoned store, or the whole write and a poisoned store. */
export type FaultOutcome = 'refused' | 'poisoned' | 'poisonedButDurable'

export interface Fault {
  readonly site: string
  readonly action: string
  readonly outcome: FaultOutcome
  readonly reason: string
}

export type LogStep =
  | { readonly kind: 'commit'; readonly ops: readonly LogOp[] }
  | { readonly kind: 'defer'; readonly ops: readonly DeferrableOp[] }
  | { readonly kind: 'refused'; readonly verb: 'commit' | 'defer'; readonly ops: unknown }
  | { readonly kind: 'flush' }
  | { readonly kind: 'reclaim'; readonly maxEntries: number | undefined }
  | { readonly kind: 'get'; readonly index: unknown }
  | { readonly kind: 'read'; readonly from: unknown; readonly to: unknown; readonly maxBytes: unknown }
  | { readonly kind: 'badCall'; readonly call: BadCall; readonly argument: unknown }
  | {
      readonly kind: 'walk'
      readonly from: number
      readonly to: number
      readonly before: number
      readonly ops: readonly LogOp[]
    }
  | { readonly kind: 'readFault'; readonly key: string }
  | { readonly kind: 'lostDefer'; readonly action: string; readonly ops: readonly DeferrableOp[] }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly write: FaultedWrite }
  | { readonly kind: 'reopen'; readonly how: 'close' | 'abandon'; readonly openFails: boolean }

export type BadCall = 'get' | 'readFrom' | 'readTo' | 'readMaxBytes' | 'walkFrom' | 'getMeta' | 'reclaim'

export interface LogHistory {
  readonly reclaimPerCommit: number | undefined
  readonly steps: readonly LogStep[]
}

export const metaKeys = ['a', 'b', 'promise', '\u{1f4be}'] as const
