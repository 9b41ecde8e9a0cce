/** What readers see of a state: rows that have not expired, as bytes of their own. */
import { show } from '../../arguments.ts'
import { InvalidArgumentError } from '../../errors.ts'
import { keyAfter } from '../canonical/encode-state.ts'
import { keyBytesMax } from '../core/limits.ts'
import { isVisible, type Row } from '../core/values.ts'
import type { RowRange, StateReader } from '../medium.ts'
import type { GetMultiResult, ReadValue, ScanOptions, ScanResult } from '../state-machine.ts'

const rowsPerRead = 1024
const bytesPerRead = 1024 * 1024

/** @throws {InvalidArgumentError} */
export function checkKey(argument: string, key: unknown): asserts key is Uint8Array {
  if (key instanceof Uint8Array) return
  throw new InvalidArgumentError(argument, `Cannot use ${show(key)} as ${argument}: give a Uint8Array`)
}

/** @throws {InvalidArgumentError} */
export function checkLimit(limit: unknown): asserts limit is number {
  if (Number.isSafeInteger(limit) && (limit as number) >= 1) return
  throw new InvalidArgumentError('limit', `Cannot use ${show(limit)} as limit: give an integer of 1 or more`)
}

export function readValue(state: StateReader, key: Uint8Array): ReadValue | undefined {
  checkKey('key', key)
  const row = storedRow(state, key)
  return row !== undefined && isVisible(row, state.head.applied.clock) ? readOf(row) : undefined
}

/** A medium need not know how to look for a key that cannot be stored. */
export function storedRow(state: StateReader, key: Uint8Array): Row | undefined {
  return key.length === 0 || key.length > keyBytesMax ? undefined : state.row(key)
}

export function readMany(state: StateReader, keys: readonly Uint8Array[]): GetMultiResult {
  return { values: keys.map((key) => readValue(state, key)), at: state.head.applied }
}

export function scanState(state: StateReader, options: ScanOptions): ScanResult {
  checkLimit(options.limit)
  const { limit, reverse = false } = options
  const items: [Uint8Array, ReadValue][] = []
  let next: Uint8Array | undefined
  for (const row of visibleRows(state, { ...rangeOf(options), reverse })) {
    if (items.length === limit) {
      const last = items.at(-1)?.[0] ?? row.key
      next = reverse ? last : row.key
      break
    }
    items.push([row.key, readOf(row)])
  }
  return { items, at: state.head.applied, ...(next === undefined ? {} : { next: new Uint8Array(next) }) }
}

function* visibleRows(state: StateReader, range: RowRange): Generator<Row, void, undefined> {
  const { clock } = state.head.applied
  let rest: RowRange | undefined = range
  while (rest !== undefined) {
    const rows: Row[] = state.rows(rest, { rows: rowsPerRead, bytes: bytesPerRead })
    for (const row of rows) if (isVisible(row, clock)) yield row
    const last = rows.at(-1)
    rest = last && (range.reverse ? { ...rest, to: last.key } : { ...rest, from: keyAfter(last.key) })
  }
}

function readOf({ value, createIndex, modIndex, expireAt }: Row): ReadValue {
  const read = { value, createIndex, modIndex }
  return expireAt === undefined ? read : { ...read, expireAt }
}

function rangeOf({ gte, lt, prefix }: ScanOptions): RowRange {
  if (gte !== undefined) checkKey('gte', gte)
  if (lt !== undefined) checkKey('lt', lt)
  if (prefix === undefined) return { from: gte, to: lt }
  checkKey('prefix', prefix)
  return { from: later(gte, prefix), to: earlier(lt, afterPrefix(prefix)) }
}

function later(left: Uint8Array | undefined, right: Uint8Array): Uint8Array {
  return left === undefined || Buffer.compare(left, right) < 0 ? right : left
}

function earlier(left: Uint8Array | undefined, right: Uint8Array | undefined): Uint8Array | undefined {
  if (left === undefined || right === undefined) return left ?? right
  return Buffer.compare(left, right) < 0 ? left : right
}

/** The first key after all that begin with `prefix`; `undefined` when those are the last keys there are. */
function afterPrefix(prefix: Uint8Array): Uint8Array | undefined {
  const end = prefix.findLastIndex((byte) => byte !== 0xff)
  if (end === -1) return undefined
  const after = prefix.slice(0, end + 1)
  after[end] = (after[end] ?? 0) + 1
  return new Uint8Array(after)
}
