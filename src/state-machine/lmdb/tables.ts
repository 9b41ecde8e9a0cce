/** The three databases of a generation, read: now, or as of a pin. */
import { decodeFrame, describeDefect, type FrameDefect, frameVersion, openFrame } from '../../codec/index.ts'
import { CorruptionError, FormatVersionError } from '../../errors.ts'
import type { KeyRange, LmdbDatabase } from '../../lmdb/index.ts'
import { keyBytesMax } from '../core/limits.ts'
import type { AppliedState, Lease, Row, StateFormat, StateHead, StoredCounts } from '../core/values.ts'
import type { LeaseRange, RowLimit, RowRange } from '../medium.ts'
import {
  decodeApplied,
  decodeFormat,
  decodeLeaseKey,
  decodeMembership,
  decodeRowValue,
  formatVersion,
  leaseKey,
  metaKeys,
  noValue,
} from './records.ts'

/** Below every key, and above every key. */
const lowest = new Uint8Array(1)
const highest = new Uint8Array(keyBytesMax + 1).fill(0xff)

export class LmdbTables {
  readonly rows: LmdbDatabase
  readonly leases: LmdbDatabase
  readonly meta: LmdbDatabase
  readonly #name: string

  /** `name` is for errors; the databases come in the order of `databaseNames`. */
  constructor(name: string, [rows, leases, meta]: readonly LmdbDatabase[]) {
    if (rows === undefined || leases === undefined || meta === undefined) {
      throw new CorruptionError({ log: name }, 'a database of the state is missing')
    }
    this.rows = rows
    this.leases = leases
    this.meta = meta
    this.#name = name
  }

  row(key: Uint8Array): Row | undefined {
    return this.#rowAt(key, (value) => new Uint8Array(value))
  }

  /** As `PlanReader.rowToPlan`. */
  rowToPlan(key: Uint8Array): Row | undefined {
    return this.#rowAt(key, copyInSharedMemory)
  }

  rowsIn(range: RowRange, limit: RowLimit): Row[] {
    const bounds = boundsOf(range)
    if (Buffer.compare(bounds.from, bounds.to) >= 0) return []
    const found: Row[] = []
    let bytes = 0
    for (const key of range.reverse ? this.rows.keysDown(bounds) : this.rows.keysUp(bounds)) {
      const row = this.row(key)
      if (row === undefined) throw this.#notThere(key)
      found.push(row)
      bytes += key.length + row.value.length
      if (found.length >= limit.rows || bytes >= limit.bytes) break
    }
    return found
  }

  /** As `StateReader.lendRows`. */
  lendRows(from: Uint8Array | undefined, take: (row: Row) => boolean): Uint8Array | undefined {
    return this.rows.lend(boundsOf({ from }), (key, stored) => {
      if (stored === undefined) throw this.#notThere(key)
      return take(this.#rowOf(key, stored))
    })
  }

  leasesIn({ from, to }: LeaseRange, limit: number): Lease[] {
    if (from >= to) return []
    const range = { from: leaseKey({ expireAt: from, key: noValue }), to: upperLeaseKey(to) }
    return this.leases.keys(range, limit, decodeLeaseKey)
  }

  /** @throws {CorruptionError} @throws {FormatVersionError} */
  applied(): { readonly applied: AppliedState; readonly counts: StoredCounts } {
    const stored = this.#meta(metaKeys.applied)
    const found = stored && decodeApplied(stored)
    if (found === undefined) throw this.corrupt('the applied index is missing')
    return found
  }

  /** @throws {CorruptionError} @throws {FormatVersionError} */
  head(): { readonly head: StateHead; readonly counts: StoredCounts } {
    const found = this.applied()
    const bytes = this.#meta(metaKeys.membership)
    const membership = bytes && decodeMembership(bytes)
    return { head: Object.freeze({ applied: found.applied, membership }), counts: found.counts }
  }

  /** @throws {FormatVersionError} a later version of Holdfast wrote it */
  format(): StateFormat {
    const stored = this.#meta(metaKeys.format)
    if (stored === undefined || stored.length < 5) throw this.corrupt('the format is missing')
    const { version, format } = decodeFormat(stored)
    if (version !== formatVersion)
      throw new FormatVersionError(this.#name, version, formatVersion, 'the state')
    return format
  }

  corrupt(what: string): CorruptionError {
    return new CorruptionError({ log: this.#name }, what)
  }

  #notThere(key: Uint8Array): CorruptionError {
    return this.corrupt(`row ${show(key)} was listed and is not there`)
  }

  #rowAt(key: Uint8Array, copyOf: (value: Uint8Array) => Uint8Array): Row | undefined {
    const stored = this.rows.peek(key)
    if (stored === undefined) return undefined
    const row = this.#rowOf(key, stored)
    return { ...row, value: copyOf(row.value) }
  }

  /** Its value is a part of `stored`. */
  #rowOf(key: Uint8Array, stored: Uint8Array): Row {
    const { payload, defect } = openFrame(key, stored)
    if (defect !== undefined) throw this.#damaged(`row ${show(key)}`, defect)
    const row = decodeRowValue(key, payload)
    if (row === undefined) throw this.corrupt(`row ${show(key)} is too short`)
    return row
  }

  #meta(key: Uint8Array): Uint8Array | undefined {
    const stored = this.meta.peek(key)
    if (stored === undefined) return undefined
    const { payload, defect } = decodeFrame(key, stored)
    if (defect !== undefined) throw this.#damaged(`record "${Buffer.from(key).toString()}"`, defect)
    return payload
  }

  #damaged(what: string, defect: FrameDefect): CorruptionError | FormatVersionError {
    return defect.kind === 'version'
      ? new FormatVersionError(this.#name, defect.found, frameVersion, what)
      : this.corrupt(`${what} has ${describeDefect(defect)}`)
  }
}

/** Memory of its own would take a small value longer than all the rest of reading it. */
function copyInSharedMemory(value: Uint8Array): Uint8Array {
  const copy = Buffer.allocUnsafe(value.length)
  copy.set(value)
  return copy
}

/** LMDB refuses keys that are much longer than ours; cut down to one byte more, a bound lies between the same keys. */
function boundsOf({ from = lowest, to = highest }: RowRange): KeyRange {
  return {
    from: from.length === 0 ? lowest : from.subarray(0, highest.length),
    to: to.subarray(0, highest.length),
  }
}

function upperLeaseKey(expireAt: number): Uint8Array {
  if (expireAt > Number.MAX_SAFE_INTEGER) return new Uint8Array(8).fill(0xff)
  return leaseKey({ expireAt, key: noValue })
}

function show(key: Uint8Array): string {
  const hex = Buffer.from(key.subarray(0, 20)).toString('hex')
  return key.length > 20 ? `${hex}... of ${key.length} bytes` : hex
}
