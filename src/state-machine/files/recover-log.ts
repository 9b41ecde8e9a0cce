/**
 * Reads the log of effects from its first segment on. Changes nothing: what is torn is only told of, so that whoever reads can
 * refuse what is there before any of it was touched.
 */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { CorruptionError } from '../../errors.ts'
import type { FilePlace } from './place.ts'
import { scanSegment } from './scan-segment.ts'
import {
  decodeSegmentHeader,
  type SegmentHeader,
  segmentHeaderBytes,
  segmentName,
  sequenceIn,
} from './segment-header.ts'
import type { WalRecord } from './wal-record.ts'

/** What the log holds, as it was found. */
export interface FoundLog {
  readonly tail: LogTail
  /** Of records, in all segments. */
  readonly bytes: number
}

/** The last segment. */
export interface LogTail {
  readonly header: SegmentHeader
  /** Where its last whole record ends. */
  readonly end: number
  /** Bytes after it that are no record: a loss of power came in the middle of a write. */
  readonly droppedBytes: number
  /** Its last bytes of which no later record says that they were synced. They are to be written again, and synced. */
  readonly unproven: { readonly offset: number; readonly bytes: Uint8Array }
}

/** Where a record was found, for errors. */
export interface RecordPlace {
  readonly file: string
  readonly offset: number
}

interface ReadSegment {
  readonly header: SegmentHeader
  readonly bytes: Uint8Array
  readonly last: WalRecord | undefined
  readonly end: number
  readonly droppedBytes: number
}

/**
 * Hands the body of every record to `take`, in order.
 * @throws {CorruptionError} a segment is missing, or something is in one that a crash does not leave
 * @throws {FormatVersionError} a later version of Holdfast wrote a segment
 */
export function recoverLog(
  place: FilePlace,
  log: { readonly storeId: Uint8Array; readonly firstSegment: number },
  take: (body: Uint8Array, at: RecordPlace) => void,
): FoundLog {
  const there = new Set(segmentsIn(place.directory))
  let bytes = 0
  for (let sequence = log.firstSegment; ; sequence++) {
    if (!there.has(sequence)) throw missing(place, sequence)
    const segment = readSegment(place, sequence, log.storeId, take)
    bytes += segment.end - segmentHeaderBytes
    if (segment.last?.kind === 'seal') continue
    assertLast(place, segment, there)
    return { tail: tailOf(segment), bytes }
  }
}

/** The numbers of the segments in `directory`. */
export function segmentsIn(directory: string): number[] {
  return readdirSync(directory).flatMap((name) => sequenceIn(name) ?? [])
}

function readSegment(
  place: FilePlace,
  sequence: number,
  storeId: Uint8Array,
  take: (body: Uint8Array, at: RecordPlace) => void,
): ReadSegment {
  const file = segmentName(sequence)
  const bytes = readFileSync(join(place.directory, file))
  const header = decodeSegmentHeader(place.name, sequence, { storeId }, bytes)
  let last: WalRecord | undefined
  const end = scanSegment(header.nonce, bytes, segmentHeaderBytes, (record) => {
    if (last?.kind === 'seal')
      throw damaged(place, { file, offset: record.offset }, 'a record after its seal')
    last = record
    if (record.kind === 'batch') take(record.body, { file, offset: record.offset })
  })
  const at = { file, offset: end.offset }
  if (end.kind === 'damaged')
    throw damaged(place, at, `no whole record, and one at ${end.provenAt} proves that there was one`)
  const droppedBytes = end.kind === 'torn' ? end.droppedBytes : 0
  // The closure above assigned it, which the compiler does not see.
  const found = last as WalRecord | undefined
  if (found?.kind === 'seal' && droppedBytes > 0)
    throw damaged(place, at, `${droppedBytes} bytes after its seal`)
  return { header, bytes, last: found, end: end.offset, droppedBytes }
}

/** A segment that is not sealed is the last. A crash before the seal leaves an empty one behind it, which means nothing. */
function assertLast(place: FilePlace, { header, end }: ReadSegment, there: ReadonlySet<number>): void {
  const at = { file: segmentName(header.sequence), offset: end }
  const later = [...there]
    .filter((sequence) => sequence > header.sequence)
    .sort((left, right) => left - right)
  const [next] = later
  if (next === undefined) return
  const isLeftover = later.length === 1 && next === header.sequence + 1 && isEmptySegment(place, next)
  if (!isLeftover) throw damaged(place, at, `no seal, and ${segmentName(next)} goes on after it`)
}

/** Whether the segment has its header, and no record was ever begun in it. */
export function isEmptySegment(place: FilePlace, sequence: number): boolean {
  const descriptor = openSync(join(place.directory, segmentName(sequence)), 'r')
  try {
    const beyond = new Uint8Array(1)
    return readSync(descriptor, beyond, 0, 1, segmentHeaderBytes) === 0
  } finally {
    closeSync(descriptor)
  }
}

function tailOf({ header, bytes, last, end, droppedBytes }: ReadSegment): LogTail {
  const offset = last?.syncedThrough ?? end
  return { header, end, droppedBytes, unproven: { offset, bytes: bytes.subarray(offset, end) } }
}

function missing(place: FilePlace, sequence: number): CorruptionError {
  return new CorruptionError(
    { log: place.name, file: segmentName(sequence) },
    `segment ${segmentName(sequence)} is missing`,
  )
}

/** The log holds what it must not, at a place in one of its files. */
export function damaged(place: FilePlace, at: RecordPlace, what: string, cause?: unknown): CorruptionError {
  return new CorruptionError(
    { log: place.name, ...at },
    `${at.file} has ${what} at offset ${at.offset}`,
    cause === undefined ? undefined : { cause },
  )
}
