/** Leases, and sizes, of a state by its own clock. */
import { isVisible, type StoredCounts } from '../core/values.ts'
import type { StateReader } from '../medium.ts'
import type { LeaseView, StateSize } from '../state-machine.ts'
import { checkKey, checkLimit, storedRow } from './reads.ts'

export interface CountedState extends StateReader {
  counts(): StoredCounts
}

const noLimit = Number.MAX_SAFE_INTEGER

export class StoredLeases implements LeaseView {
  readonly #state: () => CountedState

  /** `state` is asked for each call, and throws when there is none to be read. */
  constructor(state: () => CountedState) {
    this.#state = state
  }

  get size(): number {
    return visibleSize(this.#state()).leases
  }

  nextExpiry(): number | undefined {
    const state = this.#state()
    return state.leases({ from: clockOf(state) + 1, to: Number.POSITIVE_INFINITY }, 1)[0]?.expireAt
  }

  expireAt(key: Uint8Array): number | undefined {
    checkKey('key', key)
    const state = this.#state()
    const row = storedRow(state, key)
    return row !== undefined && isVisible(row, clockOf(state)) ? row.expireAt : undefined
  }

  isExpired(key: Uint8Array): boolean {
    checkKey('key', key)
    const state = this.#state()
    const row = storedRow(state, key)
    return row !== undefined && !isVisible(row, clockOf(state))
  }

  mayHaveExpired(): boolean {
    return expiredLeases(this.#state(), 1).length > 0
  }

  expired(limit: number): Uint8Array[] {
    checkLimit(limit)
    return expiredLeases(this.#state(), limit).map(({ key }) => key)
  }
}

/** Leases that have expired and are still stored: the first `limit`. */
export function expiredLeases(state: StateReader, limit: number): ReturnType<StateReader['leases']> {
  return state.leases({ from: 0, to: clockOf(state) + 1 }, limit)
}

/** What can be seen: what is stored, without what has expired. */
export function visibleSize(state: CountedState): StateSize {
  const { keys, leases, bytes } = state.counts()
  const expired = expiredLeases(state, noLimit)
  const expiredBytes = expired.reduce(
    (sum, { key }) => sum + key.length + (state.row(key)?.value.length ?? 0),
    0,
  )
  return { keys: keys - expired.length, leases: leases - expired.length, bytes: bytes - expiredBytes }
}

function clockOf(state: StateReader): number {
  return state.head.applied.clock
}
