import { LogClosedError } from '../../errors.ts'
import type { Lease, Row, StateFormat, StateHead, StoredCounts } from '../core/values.ts'
import type { PinnedState } from '../medium.ts'
import type { LmdbTables } from './tables.ts'

/** A generation as of one moment. */
export class LmdbPinnedState implements PinnedState {
  readonly head: StateHead
  readonly counts: StoredCounts
  readonly #name: string
  readonly #tables: LmdbTables
  readonly #onRelease: () => void
  #isReleased = false

  constructor(name: string, tables: LmdbTables, onRelease: () => void) {
    const { head, counts } = tables.head()
    this.head = head
    this.counts = counts
    this.#name = name
    this.#tables = tables
    this.#onRelease = onRelease
  }

  get format(): StateFormat {
    return this.#pinned().format()
  }

  row(key: Uint8Array): Row | undefined {
    return this.#pinned().row(key)
  }

  rows(...[range, limit]: Parameters<PinnedState['rows']>): Row[] {
    return this.#pinned().rowsIn(range, limit)
  }

  lendRows(from: Uint8Array | undefined, take: (row: Row) => boolean): Uint8Array | undefined {
    return this.#pinned().lendRows(from, take)
  }

  leases(...[range, limit]: Parameters<PinnedState['leases']>): Lease[] {
    return this.#pinned().leasesIn(range, limit)
  }

  release(): void {
    if (this.#isReleased) return
    this.#isReleased = true
    this.#onRelease()
  }

  /** LMDB must not be asked to read a transaction that has ended. */
  #pinned(): LmdbTables {
    if (this.#isReleased) throw new LogClosedError(this.#name, 'read a pinned state')
    return this.#tables
  }
}
