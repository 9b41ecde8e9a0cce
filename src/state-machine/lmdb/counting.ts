import type { Row, StoredCounts } from '../core/values.ts'

/** Counts of stored rows, while rows come and go. */
export class Counting implements StoredCounts {
  keys: number
  leases: number
  bytes: number

  constructor({ keys, leases, bytes }: StoredCounts) {
    this.keys = keys
    this.leases = leases
    this.bytes = bytes
  }

  get now(): StoredCounts {
    return Object.freeze({ keys: this.keys, leases: this.leases, bytes: this.bytes })
  }

  add(row: Row): void {
    this.#change(row, 1)
  }

  remove(row: Row): void {
    this.#change(row, -1)
  }

  #change({ key, value, expireAt }: Row, by: 1 | -1): void {
    this.keys += by
    this.bytes += by * (key.length + value.length)
    if (expireAt !== undefined) this.leases += by
  }
}
