/** What is counted of the replicas under one value of the label `log`. Counts outlive the replica. */
import type { LogEvent, ReplicaFailureEvent, ReplicaOpenEvent, ReplicaStats } from '../observer.ts'
import { type FailureCounts, noFailures } from './operation-tally.ts'

export interface OpenReplica {
  readonly name: string
  readonly stats: () => ReplicaStats
}

export class ReplicaTally {
  readonly stalls: FailureCounts = noFailures()
  readonly snapshotFailures: FailureCounts = noFailures()
  /** In the order of opening. */
  readonly open: OpenReplica[] = []

  opened({ log, stats }: ReplicaOpenEvent): void {
    this.open.push({ name: log, stats })
  }

  stalled({ reason }: ReplicaFailureEvent): void {
    this.stalls[reason] += 1
  }

  snapshotFailed({ reason }: ReplicaFailureEvent): void {
    this.snapshotFailures[reason] += 1
  }

  /** Forgets the first that was opened of that name. */
  closed({ log }: LogEvent): void {
    const at = this.open.findIndex(({ name }) => name === log)
    if (at !== -1) this.open.splice(at, 1)
  }
}
