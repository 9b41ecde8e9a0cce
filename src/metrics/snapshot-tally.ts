/** What is counted of one log's snapshots: by operation how many, how many bytes, and failures by reason. */
import { failureReasons } from '../errors.ts'
import {
  type SnapshotEvent,
  type SnapshotFailureEvent,
  type SnapshotOperation,
  snapshotOperations,
} from '../observer.ts'
import type { FailureCounts } from './operation-tally.ts'

/** Of one operation. */
export interface SnapshotCounts {
  snapshots: number
  bytes: number
  readonly failures: FailureCounts
}

export class SnapshotTally {
  /** Every operation from the start: a series that is born at 1 looks as if nothing had happened. */
  readonly operations: Readonly<Record<SnapshotOperation, SnapshotCounts>>

  constructor() {
    const counts = snapshotOperations.map((operation) => [operation, createCounts()])
    this.operations = Object.fromEntries(counts) as Record<SnapshotOperation, SnapshotCounts>
  }

  done({ operation, bytes }: SnapshotEvent): void {
    const counts = this.operations[operation]
    counts.snapshots += 1
    counts.bytes += bytes
  }

  /** A reason that is not in the closed list, as another store might give, counts as `other`. */
  failed({ operation, reason }: SnapshotFailureEvent): void {
    const { failures } = this.operations[operation]
    failures[Object.hasOwn(failures, reason) ? reason : 'other'] += 1
  }
}

function createCounts(): SnapshotCounts {
  const failures = Object.fromEntries(failureReasons.map((reason) => [reason, 0])) as FailureCounts
  return { snapshots: 0, bytes: 0, failures }
}
