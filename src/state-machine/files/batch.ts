/** The body of a record: the effects of one chunk, and which state they continue. Pure. */
import { readU32, readU64, writeU32, writeU64 } from '../../codec/index.ts'
import { type AppliedEntry, decodeAppliedEntry, rollOn } from '../core/effects.ts'
import type { AppliedState, StateHead } from '../core/values.ts'
import type { MapState } from './map-state.ts'

/** u64 index, u32 chain before; u32 count of entries; u32 chain after. */
const at = { indexBefore: 0, chainBefore: 8, count: 12, chainAfter: 16, entries: 20 } as const

/** `encoded` are the entries from just after `before` to `after`. */
export function encodeBatch(
  before: AppliedState,
  after: AppliedState,
  encoded: readonly Uint8Array[],
): Uint8Array {
  const size = encoded.reduce<number>((sum, { length }) => sum + length, at.entries)
  const body = new Uint8Array(size)
  writeU64(body, at.indexBefore, before.index)
  writeU32(body, at.chainBefore, before.chain)
  writeU32(body, at.count, encoded.length)
  writeU32(body, at.chainAfter, after.chain)
  let to: number = at.entries
  for (const bytes of encoded) {
    body.set(bytes, to)
    to += bytes.length
  }
  return body
}

/**
 * Does a batch again on `state`. Returns how many entries it has.
 * @throws {BatchError} it does not continue the state, or is not what `encodeBatch` made; the state is then of no use
 */
export function redoBatch(state: MapState, body: Uint8Array): number {
  if (body.length < at.entries) throw new BatchError('a batch that is cut short')
  const { applied } = state.head
  const [index, chain] = [readU64(body, at.indexBefore), readU32(body, at.chainBefore)]
  if (index !== applied.index || chain !== applied.chain) {
    throw new BatchError(
      `a batch that continues index ${index}, where the state is at index ${applied.index},`,
    )
  }
  const count = readU32(body, at.count)
  let from: number = at.entries
  for (let done = 0; done < count; done++) from = redoEntry(state, body, from)
  if (from !== body.length) throw new BatchError(`a batch with ${body.length - from} bytes too many`)
  if (state.head.applied.chain !== readU32(body, at.chainAfter)) {
    throw new BatchError('a batch that does not lead to the checksum that it names')
  }
  return count
}

/** What is wrong with a batch, in words that go before `at offset`. */
export class BatchError extends Error {
  override readonly name = 'BatchError'
}

function redoEntry(state: MapState, body: Uint8Array, from: number): number {
  const found = decodeAppliedEntry(body, from)
  const { applied } = state.head
  if (found === undefined || found.entry.index !== applied.index + 1) {
    throw new BatchError('a batch whose entries do not follow each other')
  }
  state.redo(found.entry)
  state.setHead(headAfter(state.head, found.entry, body.subarray(from, found.to)))
  return found.to
}

function headAfter(before: StateHead, entry: AppliedEntry, encoded: Uint8Array): StateHead {
  const { index, term } = entry
  const said = entry.effects.findLast((effect) => effect.kind === 'membership')
  const membership =
    said === undefined ? before.membership : Object.freeze({ at: { index, term }, bytes: said.bytes })
  return Object.freeze({ applied: Object.freeze(rollOn(before.applied, entry, encoded)), membership })
}
