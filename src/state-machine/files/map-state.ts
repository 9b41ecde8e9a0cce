/** A state in memory: rows, leases and head, changed together, and pinned for nothing. */
import { writeU64 } from '../../codec/index.ts'
import type { AppliedEntry, Effect } from '../core/effects.ts'
import {
  copyOf,
  emptyHead,
  type Lease,
  type Row,
  type StateHead,
  type StoredCounts,
  textOfKey,
} from '../core/values.ts'
import type { LeaseRange, PinnedState, RowLimit, RowRange, StateReader } from '../medium.ts'
import { OrderedMap } from './ordered-map.ts'

export class MapState implements StateReader {
  readonly #rows: OrderedMap<Row>
  /** By expiry, then key. */
  readonly #leases: OrderedMap<Lease>
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
    const row = this.#rows.get(textOfKey(key))
    return row && copyOf(row)
  }

  rows({ from, to, reverse }: RowRange, limit: RowLimit): Row[] {
    const rows: Row[] = []
    let bytes = 0
    const range = { from: from && textOfKey(from), to: to && textOfKey(to), reverse }
    this.#rows.walk(range, (_, row) => {
      rows.push(copyOf(row))
      bytes += bytesOf(row)
      return rows.length < limit.rows && bytes < limit.bytes
    })
    return rows
  }

  lendRows(from: Uint8Array | undefined, take: (row: Row) => boolean): Uint8Array | undefined {
    let refused: Uint8Array | undefined
    this.#rows.walk({ from: from && textOfKey(from) }, (_, row) => {
      if (take(row)) return true
      refused = new Uint8Array(row.key)
      return false
    })
    return refused
  }

  leases({ from, to }: LeaseRange, limit: number): Lease[] {
    const leases: Lease[] = []
    if (limit < 1) return leases
    const end = Number.isSafeInteger(to) ? leaseText(to) : undefined
    this.#leases.walk({ from: leaseText(from), to: end }, (_, { expireAt, key }) => {
      leases.push({ expireAt, key: new Uint8Array(key) })
      return leases.length < limit
    })
    return leases
  }

  /** The same state, which stays as it is now. */
  pin(): PinnedState {
    const pinned = new MapState(this)
    return Object.assign(pinned, { release: () => undefined })
  }

  /** Stores `row` in the place of what is under its key. */
  put(row: Row): void {
    const before = this.#rows.set(textOfKey(row.key), row)
    if (before !== undefined) this.#forget(before)
    this.#bytes += bytesOf(row)
    if (row.expireAt !== undefined) {
      this.#leases.set(leaseText(row.expireAt, row.key), { expireAt: row.expireAt, key: row.key })
    }
  }

  remove(key: Uint8Array): void {
    const before = this.#rows.delete(textOfKey(key))
    if (before !== undefined) this.#forget(before)
  }

  /** Removes the row of a lease, unless it has another one by now, or none. */
  collect({ expireAt, key }: Lease): void {
    if (this.#rows.get(textOfKey(key))?.expireAt === expireAt) this.remove(key)
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
        const row = this.#rows.get(textOfKey(effect.key))
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

  #forget(row: Row): void {
    this.#bytes -= bytesOf(row)
    if (row.expireAt !== undefined) this.#leases.delete(leaseText(row.expireAt, row.key))
  }
}

function bytesOf({ key, value }: Row): number {
  return key.length + value.length
}

const noKey = new Uint8Array()

function leaseText(expireAt: number, key: Uint8Array = noKey): string {
  const bytes = new Uint8Array(8 + key.length)
  writeU64(bytes, 0, expireAt)
  bytes.set(key, 8)
  return textOfKey(bytes)
}
