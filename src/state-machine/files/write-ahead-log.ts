/**
 * The log of effects: segments of checksummed records, appended and synced, read again at the next open.
 *
 * Promises: what {@link WriteAheadLog.append} returned from is durable under the policy `always`; a write that was refused cleanly
 * left nothing. Assumes of the disk that a sync that returned did its work, and nothing of writes that were not synced: any of
 * their bytes may be there after a loss of power.
 */
import { closeSync, fsyncSync, ftruncateSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { type FilePlace, hit } from './place.ts'
import type { FoundLog, LogTail } from './recover-log.ts'
import { createSegment, SegmentFile, writeFully } from './segment-file.ts'
import { segmentName } from './segment-header.ts'
import type { WriteGuard } from './write-guard.ts'

export interface WriteAheadLogOptions {
  /** Sync each record before `append` returns. */
  readonly syncEach: boolean
  /** A segment that has as many bytes gets no more records. */
  readonly segmentBytes: number
}

const noBody = new Uint8Array()

export class WriteAheadLog {
  readonly #place: FilePlace
  readonly #guard: WriteGuard
  readonly #storeId: Uint8Array
  readonly #options: WriteAheadLogOptions
  #segment: SegmentFile
  #bytes: number

  /** Goes on where the log ends, after making that durable: cuts off what is torn, and writes again what no record proves. */
  constructor(
    place: FilePlace,
    guard: WriteGuard,
    log: { readonly storeId: Uint8Array; readonly found: FoundLog },
    options: WriteAheadLogOptions,
  ) {
    this.#place = place
    this.#guard = guard
    this.#storeId = log.storeId
    this.#options = options
    const { tail, bytes } = log.found
    this.#bytes = bytes
    guard.settle('open', () => makeTailDurable(place, tail))
    this.#segment = new SegmentFile(place.directory, tail.header, tail.end)
  }

  /** The number of the segment that the next record goes to. */
  get segment(): number {
    return this.#segment.sequence
  }

  /** Bytes of records that were found, and that were written since. */
  get bytes(): number {
    return this.#bytes
  }

  get isSynced(): boolean {
    return this.#segment.isSynced
  }

  /**
   * Writes a record. Durable when it returns, or with the next {@link sync}.
   * @throws {WriteFailedError} unless it says `inDoubt`, nothing of it is there
   */
  append(body: Uint8Array): void {
    this.#guard.assertUsable('apply')
    if (this.#segment.end >= this.#options.segmentBytes) this.#goOn('apply')
    this.#write('apply', 'batch', body)
    if (this.#options.syncEach) this.sync()
  }

  /** Makes every record durable. */
  sync(): void {
    this.#guard.assertUsable('sync')
    if (this.#segment.isSynced) return
    this.#guard.settle('sync', () => {
      hit(this.#place, 'state.files.wal.append.sync')
      this.#segment.sync()
      hit(this.#place, 'state.files.wal.append.synced')
    })
  }

  /**
   * Goes on in a new segment. Everything before is durable when it returns.
   * @returns the number of the new segment
   */
  rotate(operation: string): number {
    this.#guard.assertUsable(operation)
    this.#goOn(operation)
    return this.segment
  }

  close(): void {
    this.#segment.close()
  }

  #write(operation: string, kind: 'batch' | 'seal', body: Uint8Array): void {
    const segment = this.#segment
    const { end } = segment
    this.#guard.attempt(
      operation,
      () => {
        if (kind === 'batch') hit(this.#place, 'state.files.wal.append.before')
        segment.write(kind, body)
        if (kind === 'batch') hit(this.#place, 'state.files.wal.append.written')
      },
      () => segment.undo(end),
    )
    this.#bytes += segment.end - end
  }

  /** An empty segment that a failure leaves behind means nothing, and the next attempt replaces it. */
  #goOn(operation: string): void {
    const next = this.#guard.attempt(
      operation,
      () => {
        hit(this.#place, 'state.files.wal.rotate.before')
        const created = createSegment(this.#place.directory, this.segment + 1, this.#storeId)
        try {
          hit(this.#place, 'state.files.wal.rotate.created')
        } catch (error) {
          created.close()
          throw error
        }
        return created
      },
      () => undefined,
    )
    try {
      this.#seal(operation)
    } catch (error) {
      next.close()
      throw error
    }
    this.#segment.close()
    this.#segment = next
  }

  /**
   * Only when the name of the next segment is durable: so a sealed segment that none follows is damage. Its sync covers whatever
   * was not synced before.
   */
  #seal(operation: string): void {
    this.#write(operation, 'seal', noBody)
    this.#guard.settle(operation, () => {
      this.#segment.sync()
      hit(this.#place, 'state.files.wal.rotate.sealed')
    })
  }
}

/**
 * What was read may be in the kernel's memory alone, also when an earlier process was told that its sync had failed: the kernel
 * forgets that. So it is written anew before it is believed.
 */
function makeTailDurable(place: FilePlace, tail: LogTail): void {
  const descriptor = openSync(join(place.directory, segmentName(tail.header.sequence)), 'r+')
  try {
    if (tail.droppedBytes > 0) ftruncateSync(descriptor, tail.end)
    hit(place, 'state.files.recover.cut')
    writeFully(descriptor, tail.unproven.bytes, tail.unproven.offset)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
