/** A log in a named database of an LMDB environment. */
import type { FailpointRegistry } from '../../../failpoints/index.ts'
import { decodeFrame, describeDefect, encodeFrame, frameVersion } from '../../codec/index.ts'
import { CorruptionError, FormatVersionError, LogClosedError } from '../../errors.ts'
import type { LmdbDatabase, LmdbEnvironment, TransactionSites } from '../../lmdb/index.ts'
import { MediumChangedError } from '../../write-failure.ts'
import { defectOf } from '../audit.ts'
import { type Cursor, emptyCursor, isCoherent, isSame } from '../cursor.ts'
import type { AuditFinding } from '../log-store.ts'
import type { EntryRun, LogMedium, LogWrites, MediumStats } from '../medium.ts'
import {
  cursorKey,
  decodeCursor,
  encodeCursor,
  entryKey,
  entryKeyRange,
  indexOfKey,
  isMetaKey,
  metaKey,
  metaKeyRange,
} from '../records.ts'
import { CheckedPages } from './checked-pages.ts'
import { EntryWriter } from './entry-writer.ts'

const everyKey = { from: new Uint8Array(1), to: new Uint8Array(16).fill(0xff) } as const
const noLimit = Number.MAX_SAFE_INTEGER
const pageBytes = 4096
/** Branches, free list and neighbours that one commit copies besides the pages of its values. */
const treePages = 32

interface FramedCursor {
  readonly cursor: Cursor
  readonly frame: Uint8Array
}

export interface LmdbMediumParts {
  readonly name: string
  readonly environment: Pick<LmdbEnvironment, 'isPoisoned' | 'assertUsable' | 'transact' | 'stats'>
  readonly database: LmdbDatabase
  readonly failpoints: FailpointRegistry | undefined
  /** Called once, when the log is given up. */
  readonly release: () => void
}

export class LmdbMedium implements LogMedium {
  readonly name: string
  readonly #parts: LmdbMediumParts
  readonly #entries: EntryWriter
  readonly #checked: CheckedPages
  readonly #sites: TransactionSites
  /** The cursor that was put last, whether its transaction was committed or not, and its frame. */
  #framedCursor: FramedCursor | undefined
  #isReleased = false
  #isNoneLost = false
  #lastStats: MediumStats | undefined

  constructor(parts: LmdbMediumParts) {
    this.name = parts.name
    this.#parts = parts
    this.#entries = new EntryWriter(parts.database)
    this.#checked = new CheckedPages(parts.database)
    this.#sites = {
      failpoints: parts.failpoints,
      before: 'log.commit.before',
      inside: 'log.commit.inside',
      after: 'log.commit.after',
    }
  }

  /** Whether the database holds nothing at all: it was created, and its first commit never came. */
  get isBlank(): boolean {
    this.#checked.assertHead()
    return this.#parts.database.keys(everyKey, 1).length === 0
  }

  /** Writes the cursor of a new log. Durable when it returns. */
  initialize(): void {
    this.#parts.environment.transact({ log: this.name, operation: 'create' }, () =>
      this.#putCursor(emptyCursor),
    )
  }

  get isPoisoned(): boolean {
    return this.#parts.environment.isPoisoned
  }

  assertUsable(operation: string): void {
    if (this.#isReleased) throw new LogClosedError(this.name, operation)
    this.#parts.environment.assertUsable(this.name, operation)
  }

  loadCursor(): Cursor {
    this.#checked.assertHead()
    const payload = this.#load(cursorKey, undefined, 'the cursor')
    const cursor = payload && decodeCursor(payload)
    if (cursor && isCoherent(cursor)) return cursor
    throw new CorruptionError(
      { log: this.name, actualBytes: payload?.length },
      payload === undefined ? 'the cursor is missing' : 'the cursor makes no sense',
    )
  }

  entry(index: number): Uint8Array | undefined {
    this.#checked.assertIndex(index)
    return this.#load(entryKey(index), index, `entry ${index}`)
  }

  /** That there is none is a claim as well: a damaged key would take a promise back without a word. */
  meta(key: string): Uint8Array | undefined {
    this.#checked.assertHead()
    const payload = this.#load(metaKey(key), undefined, `metadata "${key}"`)
    if (payload === undefined) this.#assertNoneLost()
    return payload
  }

  metaKeys(): string[] {
    this.#checked.assertHead()
    return this.#parts.database
      .keys(metaKeyRange, noLimit)
      .map((key) => Buffer.from(key.subarray(1)).toString())
  }

  storedIndexes(from: number, to: number, limit: number): number[] {
    const indexes: number[] = []
    for (let at = from; at < to && indexes.length < limit; ) {
      // Of so many neighbours none lies further on; where there are holes, the next round goes on.
      const left = limit - indexes.length
      const end = Math.min(this.#checked.endFrom(at, Math.min(to, at + left)), to)
      const found = this.#indexesIn(at, end, left)
      // Not by a spread: there may be more than a call takes arguments.
      for (const index of found) indexes.push(index)
      at = end
    }
    return indexes
  }

  #indexesIn(from: number, to: number, limit: number): number[] {
    const upper = to >= Number.MAX_SAFE_INTEGER ? entryKeyRange.to : entryKey(to)
    const lower = from === 0 ? entryKeyRange.from : entryKey(from)
    return this.#parts.database.keys({ from: lower, to: upper }, limit, (key) => this.#indexOf(key))
  }

  lastStoredIndex(): number | undefined {
    this.#checked.assertEnd()
    const key = this.#parts.database.lastKey(entryKeyRange)
    return key && this.#indexOf(key)
  }

  write(writes: LogWrites, believed: Cursor, operation: string): void {
    this.#assertPagesOf(writes)
    const transaction = {
      log: this.name,
      operation,
      growthBytesMax: growthBytesMax(writes),
      isUnchanged: () => this.#isStored(believed),
      sites: this.#sites,
    }
    this.#parts.environment.transact(transaction, () => {
      // The owner lock is advisory: a second owner that came by without it would be overwritten.
      if (!transaction.isUnchanged())
        throw new MediumChangedError(`the cursor of log "${this.name}" was moved by another owner`)
      this.#put(writes)
    })
  }

  /** Nothing is written to pages, or to neighbours of pages, that are damaged. */
  #assertPagesOf({ remove }: LogWrites): void {
    this.#checked.assertHead()
    this.#checked.assertEnd()
    for (const index of remove) this.#checked.assertIndex(index)
  }

  auditKeys(): AuditFinding[] {
    this.#checked.assertHead()
    this.#checked.assertEnd()
    const findings: AuditFinding[] = []
    for (const key of this.#parts.database.keys({ from: everyKey.from, to: metaKeyRange.from }, noLimit)) {
      if (key.length !== 1 || key[0] !== cursorKey[0]) findings.push(malformed(key))
    }
    for (const key of this.#parts.database.keys(metaKeyRange, noLimit)) {
      if (!isMetaKey(key)) findings.push(malformed(key))
      const detail = defectOf(() =>
        this.#load(key, undefined, `metadata "${Buffer.from(key.subarray(1)).toString()}"`),
      )
      if (detail !== undefined) findings.push({ kind: 'corrupt', index: undefined, detail })
    }
    for (const key of this.#parts.database.keys({ from: entryKeyRange.to, to: everyKey.to }, noLimit)) {
      findings.push(malformed(key))
    }
    return findings
  }

  stats(): MediumStats {
    try {
      this.#lastStats = this.#readStats()
    } catch (error) {
      // A poisoned LMDB may not answer any more; what it said last is what there is to say.
      if (error instanceof LogClosedError || !this.isPoisoned || this.#lastStats === undefined) throw error
    }
    return this.#lastStats
  }

  #readStats(): MediumStats {
    this.#checked.assertHead()
    const { environment, database } = this.#parts
    const sizes = environment.stats()
    const metaCount = database.keys(metaKeyRange, noLimit, () => undefined).length
    return { storedEntries: database.count() - metaCount - 1, ...sizes }
  }

  release(): void {
    if (this.#isReleased) return
    this.#isReleased = true
    this.#parts.release()
  }

  #put(writes: LogWrites): void {
    for (const [name, value] of writes.meta) this.#putMeta(metaKey(name), value)
    this.#putCursor(writes.cursor)
    for (const index of writes.remove) {
      if (this.#entries.remove(index)) continue
      throw new CorruptionError(
        { log: this.name, index },
        `entry ${index} was listed, and is not there to be removed`,
      )
    }
    for (const run of writes.runs) this.#append(run)
  }

  #append(run: EntryRun): void {
    const index = this.#entries.append(run)
    if (index === undefined) return
    const what = `entry ${index} cannot be added: a key that is not below its own is there`
    throw new CorruptionError({ log: this.name, index }, what)
  }

  #putCursor(cursor: Cursor): void {
    const frame = encodeFrame(cursorKey, encodeCursor(cursor))
    this.#framedCursor = { cursor, frame }
    this.#parts.database.put(cursorKey, frame)
  }

  /** Whether `cursor` is what is stored. The bytes tell: one cursor has one frame. */
  #isStored(cursor: Cursor): boolean {
    const known = this.#framedCursor
    const frame = known?.cursor === cursor ? known.frame : encodeFrame(cursorKey, encodeCursor(cursor))
    const stored = this.#parts.database.peek(cursorKey)
    return (stored !== undefined && isSameBytes(stored, frame)) || isSame(this.loadCursor(), cursor)
  }

  #putMeta(key: Uint8Array, value: Uint8Array | undefined): void {
    if (value === undefined) this.#parts.database.remove(key)
    else this.#parts.database.put(key, encodeFrame(key, value))
  }

  #load(key: Uint8Array, index: number | undefined, what: string): Uint8Array | undefined {
    const stored = this.#parts.database.peek(key)
    if (stored === undefined) return undefined
    const storedBytes = stored.length
    const { payload, defect } = decodeFrame(key, stored)
    if (defect === undefined) return payload
    if (defect.kind === 'version') throw new FormatVersionError(this.name, defect.found, frameVersion, what)
    throw new CorruptionError(
      {
        log: this.name,
        index,
        expectedBytes: defect.kind === 'truncated' ? defect.expectedBytes : undefined,
        actualBytes: storedBytes,
      },
      `${what}, ${storedBytes} bytes with its frame, has ${describeDefect(defect)}`,
    )
  }

  /** Looks at every key before the entries, and at the first of those, once: what comes later was written by this process. */
  #assertNoneLost(): void {
    if (this.#isNoneLost) return
    for (const key of this.#keysBeforeEntries()) {
      const index = indexOfKey(key)
      const what = index === undefined ? `the key ${Buffer.from(key).toString('hex')}` : `entry ${index}`
      if (index !== undefined) this.#checked.assertIndex(index)
      const isOurs = index !== undefined || isMetaKey(key) || Buffer.compare(key, cursorKey) === 0
      if (!isOurs || this.#load(key, index, what) === undefined)
        throw new CorruptionError({ log: this.name }, `${what} is not where it should be, or no key of a log`)
    }
    this.#isNoneLost = true
  }

  #keysBeforeEntries(): Uint8Array[] {
    const keys: Uint8Array[] = []
    for (const key of this.#parts.database.keysUp(everyKey)) {
      keys.push(key)
      if (indexOfKey(key) !== undefined) break
    }
    return keys
  }

  #indexOf(key: Uint8Array): number {
    const index = indexOfKey(key)
    if (index !== undefined) return index
    throw new CorruptionError(
      { log: this.name, expectedBytes: 9, actualBytes: key.length },
      `a key of ${key.length} bytes (${Buffer.from(key).toString('hex')}) lies among the entries, whose keys have 9 bytes`,
    )
  }
}

/**
 * Pages are copied when they change: one for each value and key at most, and what holds the tree together. A commit that only
 * removes is never held back, for it is what makes room.
 */
function growthBytesMax({ runs, meta, remove }: LogWrites): number {
  if (runs.length === 0 && meta.size === 0) return 0
  let bytes = (treePages + meta.size + remove.length) * pageBytes
  for (const value of meta.values()) bytes += value?.length ?? 0
  for (const run of runs) bytes += run.entries.length * pageBytes + run.bytes
  return bytes
}

function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}

function malformed(key: Uint8Array): AuditFinding {
  return { kind: 'malformedKey', detail: `key ${Buffer.from(key).toString('hex')} belongs to no log` }
}
