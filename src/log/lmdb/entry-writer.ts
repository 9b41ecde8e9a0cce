/** Puts entries at the end of a log's database, and removes some. */
import assert from 'node:assert/strict'
import { encodeFrame, FrameBatch } from '../../codec/index.ts'
import type { LmdbDatabase } from '../../lmdb/index.ts'
import type { EntryRun } from '../medium.ts'
import { EntryKeys } from './entry-keys.ts'

export class EntryWriter {
  readonly #database: LmdbDatabase
  /** LMDB copies keys and values before a put returns: the next key, and the next batch, can have the same memory. */
  readonly #keys = new EntryKeys()
  readonly #frames = new FrameBatch()
  readonly #appendFrame: (key: Uint8Array, start: number, end: number) => boolean

  constructor(database: LmdbDatabase) {
    this.#database = database
    this.#appendFrame = database.appender(this.#frames.bytes)
  }

  /**
   * In a transaction. The run lies above every entry there is. Returns the index of an entry for which that does not hold: it was not put,
   * and the transaction is to be given up.
   */
  append({ from, entries }: EntryRun): number | undefined {
    let next = 0
    while (next < entries.length) {
      const framed = this.#frame(from + next, entries, next)
      const refused = framed > 0 ? this.#putFramed(from + next) : this.#putAlone(from + next, entries[next])
      if (refused !== undefined) return refused
      next += Math.max(framed, 1)
    }
    return undefined
  }

  /** In a transaction. Returns whether it was there. */
  remove(index: number): boolean {
    return this.#database.remove(this.#keys.of(index))
  }

  /** Frames as many entries as there is room for, from the one at `position`, whose index it is. Returns how many. */
  #frame(index: number, entries: readonly Uint8Array[], position: number): number {
    this.#frames.clear()
    for (let at = position; at < entries.length; at++) {
      const ofKey = this.#keys.checksumOf(index + at - position)
      if (!this.#frames.add(ofKey, entries[at] as Uint8Array)) break
    }
    this.#frames.seal()
    return this.#frames.count
  }

  #putFramed(index: number): number | undefined {
    const frames = this.#frames
    for (let at = 0; at < frames.count; at++) {
      const key = this.#keys.of(index + at)
      if (!this.#appendFrame(key, frames.startOf(at), frames.endOf(at))) return index + at
    }
    return undefined
  }

  /** An entry that is too long for a batch. */
  #putAlone(index: number, entry: Uint8Array | undefined): number | undefined {
    assert(entry !== undefined, 'a run has no holes')
    const key = this.#keys.of(index)
    return this.#database.append(key, encodeFrame(key, entry)) ? undefined : index
  }
}
