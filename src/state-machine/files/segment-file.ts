/** An open segment: where its records end, and how far they are durable. Knows nothing of what failures mean. */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { publishFile } from '../../files/index.ts'
import { MediumChangedError } from '../../write-failure.ts'
import { stagingSuffix } from './file-names.ts'
import { encodeSegmentHeader, type SegmentHeader, segmentHeaderBytes, segmentName } from './segment-header.ts'
import { encodeRecord, nonceBytes, type RecordKind } from './wal-record.ts'

/**
 * Makes segment `sequence`, without records. It has its name when its header is durable, and its name is durable on return, so a
 * segment that is there has a whole header. Replaces one of that number, which had no records either.
 */
export function createSegment(directory: string, sequence: number, storeId: Uint8Array): SegmentFile {
  const header = { sequence, storeId, nonce: new Uint8Array(randomBytes(nonceBytes)) }
  const path = join(directory, segmentName(sequence))
  writeFileSync(path + stagingSuffix, encodeSegmentHeader(header))
  publishFile(path + stagingSuffix, path)
  return new SegmentFile(directory, header, segmentHeaderBytes)
}

export class SegmentFile {
  readonly sequence: number
  readonly path: string
  readonly #nonce: Uint8Array
  readonly #descriptor: number
  #end: number
  #syncedThrough: number

  /** Opens a segment that is there and whose bytes up to `end` are durable. */
  constructor(directory: string, { sequence, nonce }: SegmentHeader, end: number) {
    this.sequence = sequence
    this.path = join(directory, segmentName(sequence))
    this.#nonce = nonce
    this.#end = end
    this.#syncedThrough = end
    this.#descriptor = openSync(this.path, 'r+')
  }

  /** Where the next record begins. */
  get end(): number {
    return this.#end
  }

  get isSynced(): boolean {
    return this.#syncedThrough === this.#end
  }

  /** Writes a record after the last one. Not durable, and {@link undo} takes it back. */
  write(kind: RecordKind, body: Uint8Array): void {
    if (fstatSync(this.#descriptor).size !== this.#end) {
      throw new MediumChangedError(`${this.path} does not end where this process left it`)
    }
    const record = { kind, body, offset: this.#end, syncedThrough: this.#syncedThrough }
    const bytes = encodeRecord(this.#nonce, record)
    writeFully(this.#descriptor, bytes, this.#end)
    this.#end += bytes.length
  }

  /** Cuts the segment back to `end`, where it ended before. */
  undo(end: number): void {
    ftruncateSync(this.#descriptor, end)
    this.#end = end
  }

  /** Makes every record durable. Never to be tried again after it failed. */
  sync(): void {
    fdatasyncSync(this.#descriptor)
    this.#syncedThrough = this.#end
  }

  close(): void {
    closeSync(this.#descriptor)
  }
}

/** The system may take fewer bytes than it was given. */
export function writeFully(descriptor: number, bytes: Uint8Array, position: number): void {
  let written = 0
  while (written < bytes.length) {
    written += writeSync(descriptor, bytes, written, bytes.length - written, position + written)
  }
}
