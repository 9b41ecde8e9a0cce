/** What the model says of a write before the store is asked, and what a caller does to its bytes afterwards. */
import { isDeepStrictEqual } from 'node:util'
import { type LogModel, type ModelOp, ModelRefusal } from '../../src/conformance/model.ts'
import { CompactedError, LogGapError } from '../../src/errors.ts'
import type { LogOp } from '../../src/log/index.ts'

// biome-ignore lint/suspicious/noExplicitAny: any constructor of an error.
export type ErrorClass<E extends Error = Error> = new (...args: any[]) => E

/** The error class of a commit that the model refuses. */
export function refusalOf(model: LogModel<Uint8Array>, ops: readonly LogOp[]): ErrorClass | undefined {
  try {
    model.clone().commit(ops as readonly ModelOp<Uint8Array>[])
    return undefined
  } catch (error) {
    if (!(error instanceof ModelRefusal)) throw error
    return error.why === 'gap' ? LogGapError : CompactedError
  }
}

/** Whether a crash now would leave the same in both. */
export function isSameDurably(a: LogModel<Uint8Array>, b: LogModel<Uint8Array>): boolean {
  const [left, right] = [a.clone(), b.clone()]
  left.crash()
  right.crash()
  return isDeepStrictEqual(left.view(), right.view())
}

export function copyOf<O extends LogOp>(ops: readonly O[]): O[] {
  return structuredClone(ops) as O[]
}

/** The caller reuses its bytes. */
export function scribble(ops: readonly LogOp[]): void {
  for (const op of ops) {
    if (op.kind === 'setMeta') op.value.fill(0xee)
    else if (op.kind === 'append' || op.kind === 'replaceSuffix')
      for (const entry of op.entries) entry.fill(0xee)
  }
}
