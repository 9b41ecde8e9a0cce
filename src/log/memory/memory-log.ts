/** The test double: a log with a durable half that can be kept, and a volatile half that a crash drops. */
import { StoredLog, type StoredLogOptions } from '../stored-log.ts'
import { MemoryDisk, MemoryMedium } from './memory-medium.ts'

export interface MemoryLogOptions extends StoredLogOptions {
  /** The log's name, in errors and metrics. Default `log`. */
  readonly name?: string | undefined
  /** What an earlier log left. Default: a new disk. */
  readonly disk?: MemoryDisk | undefined
}

/**
 * A log in memory that keeps every rule of the port. What was committed is in {@link disk}, which can be given to the next
 * log; what was deferred is in the log alone.
 */
export class MemoryLog extends StoredLog {
  readonly disk: MemoryDisk

  /** @throws {LogLockedError} another log has the disk open */
  constructor(options: MemoryLogOptions = {}) {
    const disk = options.disk ?? new MemoryDisk()
    super(new MemoryMedium(options.name ?? 'log', disk, options.failpoints), options)
    this.disk = disk
  }

  /** Drops the volatile half, as a power loss would, and opens a log on the durable half. This one is closed by it. */
  crash(options: Omit<MemoryLogOptions, 'disk'> = {}): MemoryLog {
    this.abandon()
    return new MemoryLog({ name: this.name, ...options, disk: this.disk })
  }
}
