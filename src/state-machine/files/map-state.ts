/** A state in memory: rows, leases and head, changed together, and pinned for nothing. */
import { readU64, writeU64 } from '../../codec/index.ts'
import type { AppliedEntry, Effect } from '../core/effects.ts'
import {
  bytesOfText,
  emptyHead,
  type Lease,
  type Row,
  type StateHead,
  type StoredCounts,
  textOfKey,
} from '../core/values.ts'
import type { LeaseRange, PinnedState, RowLimit, RowRange, StateReader } from '../medium.ts'
import { OrderedMap } from './ordered-map.ts'
import { expireAtOf, type PackedRow, packRow, RowLender, unpackRow, valueBytesOf } from './packed-row.ts'

export class MapState implements StateReader {
  readonly #rows: OrderedMap<PackedRow>
  /** By expiry, then key: their text is all that there is of them. */
  readonly #leases: OrderedMap<true>
  #head: StateHead
  /** Of keys and values. */
  #bytes: number

  /** An empty one, or one that is as `original` is now and stays so. */
  constructor(original?: MapState) {
    if (original === undefined) {
      this.#rows = new OrderedMap()
      this.#leases = new OrderedMap()
      this.#head = emptyHead
      this.#bytes = 0
      return
    }
    this.#rows = original.#rows.copy()
    this.#leases = original.#leases.copy()
    this.#head = original.#head
    this.#bytes = original.#bytes
  }

  get head(): StateHead {
    return this.#head
  }

  get counts(): StoredCounts {
    return { keys: this.#rows.size, leases: this.#leases.size, bytes: this.#bytes }
  }

  row(key: Uint8Array): Row | undefined {
    const text = textOfKey(key)
    const packed = this.#rows.get(text)
    return packed === undefined ? undefined : unpackRow(text, packed, new Uint8Array(key))
  }

  rows({ from, to, reverse }: RowRange, limit: RowLimit): Row[] {
    const rows: Row[] = []
    let bytes = 0
    const range = { from: from && textOfKey(from), to: to && textOfKey(to), reverse }
    this.#rows.walk(range, (key, packed) => {
      rows.push(unpackRow(key, packed))
      bytes += bytesOf(key, packed)
      return rows.length < limit.rows && bytes < limit.bytes
    })
    return rows
  }

  lendRows(from: Uint8Array | undefined, take: (row: Row) => boolean): Uint8Array | undefined {
    const lender = new RowLender()
    let refused: Uint8Array | undefined
    this.#rows.walk({ from: from && textOfKey(from) }, (key, packed) => {
      if (take(lender.lend(key, packed))) return true
      refused = bytesOfText(key)
      return false
    })
    return refused
  }

  leases({ from, to }: LeaseRange, limit: number): Lease[] {
    const leases: Lease[] = []
    if (limit < 1) return leases
    const end = Number.isSafeInteger(to) ? leaseText(to) : undefined
    this.#leases.walk({ from: leaseText(from), to: end }, (text) => {
      leases.push(leaseOf(text))
      return leases.length < limit
    })
    return leases
  }

  /** The same state, which stays as it is now. */
  pin(): PinnedState {
    const pinned = new MapState(this)
    return Object.assign(pinned, { release: () => undefined })
  }

  /** Stores a copy of `row` in the place of what is under its key. */
  put(row: Row): void {
    const key = textOfKey(row.key)
    const packed = packRow(row)
    const before = this.#rows.set(key, packed)
    if (before !== undefined) this.#forget(key, before)
    this.#bytes += bytesOf(key, packed)
    if (row.expireAt !== undefined) this.#leases.set(leaseText(row.expireAt, row.key), true)
  }

  remove(key: Uint8Array): void {
    const text = textOfKey(key)
    const before = this.#rows.delete(text)
    if (before !== undefined) this.#forget(text, before)
  }

  /** Removes the row of a lease, unless it has another one by now, or none. */
  collect({ expireAt, key }: Lease): void {
    const packed = this.#rows.get(textOfKey(key))
    if (packed !== undefined && expireAtOf(packed) === expireAt) this.remove(key)
  }

  setHead(head: StateHead): void {
    this.#head = head
  }

  /** Does again what an entry did. The head is the caller's to set. */
  redo(entry: AppliedEntry): void {
    for (const effect of entry.effects) this.#redo(effect)
  }

  #redo(effect: Effect): void {
    switch (effect.kind) {
      case 'put':
        this.put(effect.row)
        return
      case 'delete':
        this.remove(effect.key)
        return
      case 'touch': {
        const row = this.row(effect.key)
        if (row !== undefined) this.put({ ...row, expireAt: effect.expireAt })
        return
      }
      // Part of the head.
      case 'membership':
        return
      default:
        effect satisfies never
    }
  }

  #forget(key: string, packed: PackedRow): void {
    this.#bytes -= bytesOf(key, packed)
    const expireAt = this.#leases.size === 0 ? undefined : expireAtOf(packed)
    if (expireAt !== undefined) this.#leases.delete(leaseText(expireAt, bytesOfText(key)))
  }
}

function bytesOf(key: string, packed: PackedRow): number {
  return key.length + valueBytesOf(packed)
}

const noKey = new Uint8Array()

function leaseText(expireAt: number, key: Uint8Array = noKey): string {
  const bytes = new Uint8Array(8 + key.length)
  writeU64(bytes, 0, expireAt)
  bytes.set(key, 8)
  return textOfKey(bytes)
}

function leaseOf(text: string): Lease {
  const bytes = bytesOfText(text)
  return { expireAt: readU64(bytes, 0), key: bytes.slice(8) }
}
