/** Bytes that nobody else writes to. */
import type { DeferrableOp } from './log-store.ts'

/** A copy of `bytes`, where there are any. */
export function copyOf(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes && new Uint8Array(bytes)
}

/** `op` with bytes of its own: what waits in memory must not change when the caller reuses theirs. */
export function withOwnBytes(op: DeferrableOp): DeferrableOp {
  return op.kind === 'setMeta' ? { ...op, value: new Uint8Array(op.value) } : op
}
