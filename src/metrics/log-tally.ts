/**
 * What is counted of one value of the label `log`. Counts outlive the log: an engine that closes a poisoned log and opens it
 * again at once must not erase the failure before a scrape has seen it.
 */
import type {
  CloseEvent,
  LogStats,
  OpenEvent,
  SnapshotEvent,
  WriteEvent,
  WriteFailureEvent,
  WriteStartEvent,
} from '../observer.ts'
import { OperationTally } from './operation-tally.ts'
import { knownOperations } from './operations.ts'
import { ReplicaTally } from './replica-tally.ts'
import { SnapshotTally } from './snapshot-tally.ts'
import { StateTally } from './state-tally.ts'

/** A log that is open under the label. */
export interface OpenLog {
  readonly name: string
  readonly recoverySeconds: number
  readonly stats: () => LogStats
}

/** The label's histograms. */
export interface LogHistograms {
  readonly observeDuration: (seconds: number) => void
  readonly observeEntries: (entries: number) => void
}

export class LogTally {
  readonly label: string
  readonly operations: Map<string, OperationTally>
  readonly snapshots: SnapshotTally = new SnapshotTally()
  readonly states: StateTally = new StateTally()
  readonly replicas: ReplicaTally = new ReplicaTally()
  appendedEntries = 0
  appendedBytes = 0
  truncatedEntries = 0
  trimmedEntries = 0
  checksumFailures = 0
  /** Seconds since 1970. */
  lastFailureAt = 0
  /** Only while a log is open: a histogram's series would come back with the next value. */
  histograms: LogHistograms | undefined
  /** Only while a log or a state machine is open. */
  observeSnapshot: ((seconds: number) => void) | undefined
  /** In the order of opening. */
  readonly #openLogs: OpenLog[] = []
  /** Name of the log to the moment its commit began, in milliseconds of the process's clock. */
  readonly #commitsStartedAt = new Map<string, number>()

  constructor(label: string) {
    this.label = label
    this.operations = new Map(knownOperations.map(({ name, classes }) => [name, new OperationTally(classes)]))
  }

  get openLogs(): readonly OpenLog[] {
    return this.#openLogs
  }

  /** How long the oldest commit under way has waited, in seconds; 0 when there is none. */
  commitInProgressSeconds(): number {
    const now = performance.now()
    let longest = 0
    for (const startedAt of this.#commitsStartedAt.values()) longest = Math.max(longest, now - startedAt)
    return longest / 1000
  }

  opened({ log, durationMs, stats }: OpenEvent): void {
    this.#openLogs.push({ name: log, recoverySeconds: durationMs / 1000, stats })
  }

  commitStarted({ log }: WriteStartEvent): void {
    this.#commitsStartedAt.set(log, performance.now())
  }

  wrote(event: WriteEvent): void {
    const operation = this.#operation(event.operation)
    operation.writes += 1
    operation.expect(event.class)
    this.appendedEntries += event.appendedEntries
    this.appendedBytes += event.appendedBytes
    this.truncatedEntries += event.truncatedEntries
    this.trimmedEntries += event.trimmedEntries
    if (event.class === 'deferred') return
    this.#commitsStartedAt.delete(event.log)
    this.histograms?.observeDuration(event.durationMs / 1000)
    if (event.appendedEntries > 0) this.histograms?.observeEntries(event.appendedEntries)
  }

  failed(event: WriteFailureEvent): void {
    const operation = this.#operation(event.operation)
    operation.writes += 1
    operation.countFailure(event.class, event.reason)
    this.lastFailureAt = Date.now() / 1000
    if (event.class === 'commit') this.#commitsStartedAt.delete(event.log)
  }

  /** A snapshot was written, read or removed; how long it took is told of those that were written. */
  snapshotDone(event: SnapshotEvent): void {
    this.snapshots.done(event)
    const isWritten = event.operation === 'create' || event.operation === 'install'
    if (isWritten) this.observeSnapshot?.(event.durationMs / 1000)
  }

  /** Forgets the log that was closed; of several of its name, the one that says so itself. */
  closed({ log }: CloseEvent): void {
    const candidates = this.#openLogs.filter(({ name }) => name === log)
    const gone = candidates.length > 1 ? (candidates.find(isClosed) ?? candidates[0]) : candidates[0]
    if (gone !== undefined) this.#openLogs.splice(this.#openLogs.indexOf(gone), 1)
    this.#commitsStartedAt.delete(log)
  }

  #operation(name: string): OperationTally {
    const known = this.operations.get(name)
    if (known !== undefined) return known
    const added = new OperationTally()
    this.operations.set(name, added)
    return added
  }
}

function isClosed({ stats }: OpenLog): boolean {
  try {
    stats()
    return false
  } catch (error) {
    // By its code, not its class: the store may come from another copy of this package.
    return (error as { readonly code?: unknown } | null)?.code === 'HOLDFAST_LOG_CLOSED'
  }
}
