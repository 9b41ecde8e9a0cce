/** What is counted of the state machines under one value of the label `log`. Counts outlive the state machine. */
import type {
  ApplyEvent,
  ApplyFailureEvent,
  CollectEvent,
  InstallEvent,
  InstallFailureEvent,
  LogEvent,
  StateCheckpointEvent,
  StateCheckpointFailureEvent,
  StateOpenEvent,
  StateStats,
} from '../observer.ts'
import { resultCodes } from '../state-machine/core/result-codes.ts'
import { type FailureCounts, noFailures } from './operation-tally.ts'

/** A state machine that is open under the label. */
export interface OpenState {
  readonly name: string
  readonly recoverySeconds: number
  readonly stats: () => StateStats
}

export interface StateHistograms {
  readonly observeApply: (seconds: number) => void
  readonly observeEntries: (entries: number) => void
  readonly observeInstall: (seconds: number) => void
  readonly observeCheckpoint: (seconds: number) => void
}

export class StateTally {
  /** Every code from the start: a series that is born at 1 looks as if nothing had happened. */
  readonly results: Map<string, number> = new Map(resultCodes.map((code) => [code, 0]))
  readonly applyFailures: FailureCounts = noFailures()
  readonly installFailures: FailureCounts = noFailures()
  readonly checkpointFailures: FailureCounts = noFailures()
  installs = 0
  installedBytes = 0
  checkpoints = 0
  checkpointBytes = 0
  collectedKeys = 0
  /** Only while one is open: a histogram's series would come back with the next value. */
  histograms: StateHistograms | undefined
  /** In the order of opening. */
  readonly open: OpenState[] = []

  opened({ log, durationMs, stats }: StateOpenEvent): void {
    this.open.push({ name: log, recoverySeconds: durationMs / 1000, stats })
  }

  applied({ durationMs, results }: ApplyEvent): void {
    let entries = 0
    for (const [code, count] of results) {
      this.results.set(code, (this.results.get(code) ?? 0) + count)
      entries += count
    }
    this.histograms?.observeApply(durationMs / 1000)
    this.histograms?.observeEntries(entries)
  }

  applyFailed({ reason }: ApplyFailureEvent): void {
    this.applyFailures[reason] += 1
  }

  collected({ keys }: CollectEvent): void {
    this.collectedKeys += keys
  }

  installed({ durationMs, bytes }: InstallEvent): void {
    this.installs += 1
    this.installedBytes += bytes
    this.histograms?.observeInstall(durationMs / 1000)
  }

  installFailed({ reason }: InstallFailureEvent): void {
    this.installFailures[reason] += 1
  }

  checkpointed({ durationMs, bytes }: StateCheckpointEvent): void {
    this.checkpoints += 1
    this.checkpointBytes += bytes
    this.histograms?.observeCheckpoint(durationMs / 1000)
  }

  checkpointFailed({ reason }: StateCheckpointFailureEvent): void {
    this.checkpointFailures[reason] += 1
  }

  /** Forgets the first that was opened of that name. */
  closed({ log }: LogEvent): void {
    const at = this.open.findIndex(({ name }) => name === log)
    if (at !== -1) this.open.splice(at, 1)
  }
}
