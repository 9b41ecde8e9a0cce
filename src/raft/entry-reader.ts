/**
 * Reads the entries of a Raft log: where it begins, which bytes are at an index, and what its terms are. What is known of them
 * is remembered, so that a term is mostly found without reading.
 */
import assert from 'node:assert/strict'
import type { Codec } from '../codec/index.ts'
import type { EngineLog } from '../engine-log.ts'
import { CompactedError, FormatVersionError, InvalidArgumentError, UnavailableError } from '../errors.ts'
import {
  dataOf,
  decodeHeader,
  type EntryContent,
  entryFormatVersion,
  type LogId,
  type RaftEntry,
} from './entry.ts'
import { decodeHead, freshHead, type Head, metaKeys } from './records.ts'
import { TermRuns } from './term-runs.ts'

export class EntryReader<T> {
  readonly #engineLog: EngineLog
  readonly #codec: Codec<T>
  readonly #terms = new TermRuns()
  /** As the log shows it, deferred writes included. */
  #head: Head

  /** @throws {InvalidArgumentError} no Raft log @throws {CorruptionError} the log does not begin where it should */
  constructor(engineLog: EngineLog, codec: Codec<T>) {
    this.#engineLog = engineLog
    this.#codec = codec
    this.#head = loadHead(engineLog)
  }

  get head(): Head {
    // Reading the cursor refuses a log that is closed or poisoned; what is remembered here must not outlive it.
    void this.#engineLog.log.nextIndex
    return this.#head
  }

  get lastIndex(): number {
    return Math.max(0, this.#engineLog.log.nextIndex - 1 - this.#head.origin)
  }

  /** The term at `index`, which lies between the boundary and the end. */
  termAt(index: number): number {
    const { boundary } = this.#head
    if (index === boundary.index) return boundary.term
    return this.#terms.find(index) ?? this.#header(index, this.#bytesAt(index)).term
  }

  /** The entry at `index`, which lies between the boundary and the end. */
  entryAt(index: number): RaftEntry<T> {
    return this.#decode(index, this.#bytesAt(index))
  }

  /** The entries of `[low, high)`, all of which are there. */
  entriesOf(low: number, high: number, maxBytes: number): RaftEntry<T>[] {
    const { origin } = this.#head
    return this.#engineLog.log
      .read(low + origin, high + origin, { maxBytes })
      .map((bytes, position) => this.#decode(low + position, bytes))
  }

  /** @throws {CompactedError} @throws {UnavailableError} `index` is not in `[low, high]` */
  assertWithin(what: string, index: number, low: number, high: number): void {
    if (index < low) throw this.compacted(`read ${what}`, index)
    if (index <= high) return
    const { lastIndex } = this
    throw new UnavailableError(
      { index, lastIndex },
      `Cannot read ${what} from log "${this.#engineLog.log.name}": index ${index} is beyond its last index ${lastIndex}; ` +
        'wait until that entry was appended',
    )
  }

  compacted(what: string, index: number): CompactedError {
    const firstIndex = this.#head.boundary.index + 1
    return new CompactedError(
      { index, firstIndex, compactedIndex: firstIndex },
      `Cannot ${what} at index ${index} of log "${this.#engineLog.log.name}": everything below ${firstIndex} was purged; ` +
        'a snapshot stands for it',
    )
  }

  /** The log holds `ids`, and nothing above them, instead of what it held at or above `from`. */
  adoptSuffix(from: number, ids: readonly LogId[]): void {
    this.#terms.dropFrom(from)
    for (const { index, term } of ids) this.#terms.learn(index, term)
  }

  /** The log begins at `head`, and what it holds above is as before. */
  adoptHead(head: Head): void {
    this.#head = head
    this.#terms.dropThrough(head.boundary.index)
  }

  /** The log begins at `head` and holds nothing. */
  adoptEmpty(head: Head): void {
    this.#head = head
    this.#terms.dropFrom(0)
  }

  #decode(index: number, bytes: Uint8Array): RaftEntry<T> {
    const { term, kind } = this.#header(index, bytes)
    const data = this.#engineLog.decoding({ index }, `entry ${index} of ${bytes.length} bytes`, () =>
      this.#codec.decode(dataOf(bytes)),
    )
    return { index, term, kind, data }
  }

  #header(index: number, bytes: Uint8Array): Omit<EntryContent, 'data'> {
    const place = { index, actualBytes: bytes.length }
    const [version = 0] = bytes
    if (version > entryFormatVersion) {
      throw new FormatVersionError(this.#engineLog.log.name, version, entryFormatVersion, `entry ${index}`)
    }
    const header = decodeHeader(bytes)
    if (header === undefined) {
      throw this.#engineLog.corrupt(place, `entry ${index} of ${bytes.length} bytes is no Raft entry`)
    }
    if (header.term >= this.#head.boundary.term && this.#terms.learn(index, header.term)) return header
    throw this.#engineLog.corrupt(
      place,
      `the term ${header.term} of entry ${index} contradicts those around it`,
    )
  }

  #bytesAt(index: number): Uint8Array {
    const bytes = this.#engineLog.log.get(index + this.#head.origin)
    assert(bytes !== undefined, 'an index between the boundary and the end has an entry')
    return bytes
  }
}

function loadHead(engineLog: EngineLog): Head {
  const stored = engineLog.readMeta(metaKeys.head, decodeHead)
  const head = stored ?? freshHead
  const { name, firstIndex, nextIndex, compactedIndex } = engineLog.log
  const begin = head.origin + head.boundary.index + 1
  if (compactedIndex === begin && firstIndex === begin) return head
  if (stored === undefined && nextIndex === 0) return head
  const found = `it begins at ${firstIndex} and is compacted below ${compactedIndex}`
  if (stored !== undefined) throw engineLog.corrupt({}, `${found}, and should begin at ${begin}`)
  throw new InvalidArgumentError(
    'log',
    `Cannot use log "${name}" as a Raft log: ${found}, as no Raft log does; give each engine a log of its own`,
  )
}
