/** Samples of state machines: pure, as those of logs. */
import { failureReasons } from '../errors.ts'
import type { ReplicaStats, StateStats } from '../observer.ts'
import type { ReplicaCounterName, ReplicaGaugeName, StateCounterName, StateGaugeName } from './definitions.ts'
import type { FailureCounts } from './operation-tally.ts'
import type { ReplicaTally } from './replica-tally.ts'
import type { StateTally } from './state-tally.ts'

export interface LabelledValue {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** What one open state machine says of itself now. */
export interface StateReading {
  readonly recoverySeconds: number
  /** Undefined when it could not say. */
  readonly stats: StateStats | undefined
}

export const stateCounters: Readonly<
  Record<StateCounterName, (log: string, tally: StateTally) => LabelledValue[]>
> = {
  state_results_total: (log, { results }) =>
    Array.from(results, ([code, value]) => ({ labels: { log, code }, value })),
  state_apply_failures_total: (log, { applyFailures }) => failures(log, applyFailures),
  state_collected_keys_total: (log, { collectedKeys }) => one(log, collectedKeys),
  state_installs_total: (log, { installs }) => one(log, installs),
  state_installed_bytes_total: (log, { installedBytes }) => one(log, installedBytes),
  state_install_failures_total: (log, { installFailures }) => failures(log, installFailures),
  state_checkpoints_total: (log, { checkpoints }) => one(log, checkpoints),
  state_checkpoint_bytes_total: (log, { checkpointBytes }) => one(log, checkpointBytes),
  state_checkpoint_failures_total: (log, { checkpointFailures }) => failures(log, checkpointFailures),
}

export const stateGauges: Readonly<Record<StateGaugeName, (reading: StateReading) => number | undefined>> = {
  state_applied_index: ({ stats }) => stats?.appliedIndex,
  state_durable_index: ({ stats }) => stats?.durableIndex,
  state_keys: ({ stats }) => stats?.keys,
  state_leases: ({ stats }) => stats?.leases,
  state_expired_keys: ({ stats }) => stats?.expiredKeys,
  state_size_bytes: ({ stats }) => stats?.sizeBytes,
  state_failed: ({ stats }) => stats && (stats.hasFailed ? 1 : 0),
  state_recovery_duration_seconds: ({ recoverySeconds }) => recoverySeconds,
}

export const replicaCounters: Readonly<
  Record<ReplicaCounterName, (log: string, tally: ReplicaTally) => LabelledValue[]>
> = {
  replica_stalls_total: (log, { stalls }) => failures(log, stalls),
  replica_snapshot_failures_total: (log, { snapshotFailures }) => failures(log, snapshotFailures),
}

export const replicaGauges: Readonly<Record<ReplicaGaugeName, (stats: ReplicaStats) => number>> = {
  replica_lag_entries: ({ committedIndex, appliedIndex }) => Math.max(0, committedIndex - appliedIndex),
  replica_failed: ({ hasFailed }) => (hasFailed ? 1 : 0),
}

/** What the open state machines say. One that cannot say how it is must not take the whole scrape with it. */
export function readStates({ open }: StateTally): StateReading[] {
  return open.map(({ recoverySeconds, stats }) => {
    try {
      return { recoverySeconds, stats: stats() }
    } catch {
      return { recoverySeconds, stats: undefined }
    }
  })
}

function one(log: string, value: number): LabelledValue[] {
  return [{ labels: { log }, value }]
}

function failures(log: string, counts: FailureCounts): LabelledValue[] {
  return failureReasons.map((reason) => ({ labels: { log, reason }, value: counts[reason] }))
}
