/** From what was counted to samples: pure, and without knowledge of any metrics library. */
import { frameVersion } from '../codec/index.ts'
import { failureReasons } from '../errors.ts'
import type { LogStats } from '../observer.ts'
import type {
  CounterName,
  GaugeName,
  MetricAggregator,
  MetricDefinition,
  ReplicaCounterName,
  ReplicaGaugeName,
  StateCounterName,
  StateGaugeName,
} from './definitions.ts'
import type { FailpointTally } from './failpoint-tally.ts'
import type { LogTally } from './log-tally.ts'
import type { SnapshotCounts } from './snapshot-tally.ts'
import {
  replicaCounters,
  replicaGauges,
  type StateReading,
  stateCounters,
  stateGauges,
} from './state-samples.ts'
import { packageVersion } from './version.ts'

/** The label of what is told of all logs together. */
export const allLogs = '_all'

export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** What one open log says of itself now. */
export interface LogReading {
  readonly recoverySeconds: number
  /** Undefined when the log could not say. */
  readonly stats: LogStats | undefined
}

/** Everything that samples are made of. */
export interface MetricsSource {
  /** Of the labels under which a log, a state machine or a replica is open. */
  readonly tallies: () => Iterable<LogTally>
  readonly readingsOf: (tally: LogTally) => readonly LogReading[]
  readonly statesOf: (tally: LogTally) => readonly StateReading[]
  readonly failpoints: FailpointTally
}

/** The samples of `definition`, which is a counter or a gauge. */
export function samplesOf(definition: MetricDefinition, source: MetricsSource): Sample[] {
  if (definition.name === 'failpoints_armed') {
    return [{ labels: {}, value: source.failpoints.armedCount() }]
  }
  if (definition.name === 'failpoint_hits_total') return failpointHits(source.failpoints)
  const samples: Sample[] = []
  for (const tally of source.tallies()) {
    if (definition.isPerLogOnly && tally.label === allLogs) continue
    samples.push(...samplesOfLog(definition, tally, source))
  }
  return samples
}

function samplesOfLog(definition: MetricDefinition, tally: LogTally, source: MetricsSource): Sample[] {
  const { name } = definition
  if (isOfStates(name)) return tally.states.open.length > 0 ? samplesOfStates(definition, tally, source) : []
  if (isOfReplicas(name)) return tally.replicas.open.length > 0 ? samplesOfReplicas(definition, tally) : []
  // A state machine under a label of its own has snapshots, and nothing else that a log has.
  if (tally.openLogs.length === 0 && !isOfBoth(name)) return []
  if (definition.type === 'counter') return counters[definition.name as LogCounterName](tally)
  const read = gauges[definition.name as LogGaugeName]
  const values = source.readingsOf(tally).flatMap((reading) => read(reading, tally) ?? [])
  if (values.length === 0) return []
  const labels = definition.name === 'info' ? infoLabels(tally) : { log: tally.label }
  return [{ labels, value: combine[definition.aggregator](values) }]
}

function samplesOfStates(definition: MetricDefinition, tally: LogTally, source: MetricsSource): Sample[] {
  if (definition.type === 'counter') {
    return stateCounters[definition.name as StateCounterName](tally.label, tally.states)
  }
  const read = stateGauges[definition.name as StateGaugeName]
  const values = source.statesOf(tally).flatMap((reading) => read(reading) ?? [])
  return values.length === 0
    ? []
    : [{ labels: { log: tally.label }, value: combine[definition.aggregator](values) }]
}

function samplesOfReplicas({ name, type, aggregator }: MetricDefinition, tally: LogTally): Sample[] {
  const { label, replicas } = tally
  if (type === 'counter') return replicaCounters[name as ReplicaCounterName](label, replicas)
  const read = replicaGauges[name as ReplicaGaugeName]
  const values = replicas.open.map(({ stats }) => read(stats()))
  return [{ labels: { log: label }, value: combine[aggregator](values) }]
}

function isOfReplicas(name: string): boolean {
  return name.startsWith('replica_')
}

export function isOfStates(name: string): boolean {
  return name.startsWith('state_')
}

/** Told by logs and by state machines. */
export function isOfBoth(name: string): boolean {
  return name.startsWith('snapshot') || name === 'checksum_failures_total'
}

type LogCounterName = Exclude<CounterName, 'failpoint_hits_total' | StateCounterName | ReplicaCounterName>
type LogGaugeName = Exclude<GaugeName, 'failpoints_armed' | StateGaugeName | ReplicaGaugeName>

const counters: Readonly<Record<LogCounterName, (tally: LogTally) => Sample[]>> = {
  writes_total: writes,
  write_failures_total: writeFailures,
  appended_entries_total: (tally) => ofLog(tally, tally.appendedEntries),
  appended_bytes_total: (tally) => ofLog(tally, tally.appendedBytes),
  truncated_entries_total: (tally) => ofLog(tally, tally.truncatedEntries),
  trimmed_entries_total: (tally) => ofLog(tally, tally.trimmedEntries),
  checksum_failures_total: (tally) => ofLog(tally, tally.checksumFailures),
  snapshots_total: (tally) => ofSnapshots(tally, ({ snapshots }) => snapshots),
  snapshot_bytes_total: (tally) => ofSnapshots(tally, ({ bytes }) => bytes),
  snapshot_failures_total: snapshotFailures,
}

/** Undefined leaves the log out: it has no such thing, or could not say. */
const gauges: Readonly<Record<LogGaugeName, (reading: LogReading, tally: LogTally) => number | undefined>> = {
  deferred_ops: ({ stats }) => stats?.deferredOps,
  oldest_deferred_age_seconds: ({ stats }) => stats && ageSeconds(stats.oldestDeferredAt),
  commit_in_progress_seconds: (_reading, tally) => tally.commitInProgressSeconds(),
  poisoned: ({ stats }) => stats && (stats.isPoisoned ? 1 : 0),
  last_write_failure_timestamp_seconds: (_reading, tally) => tally.lastFailureAt,
  first_index: ({ stats }) => stats?.firstIndex,
  next_index: ({ stats }) => stats?.nextIndex,
  compacted_index: ({ stats }) => stats?.compactedIndex,
  reclaimable_entries: ({ stats }) => stats?.reclaimableEntries,
  size_bytes: ({ stats }) => stats?.sizeBytes,
  used_bytes: ({ stats }) => stats?.usedBytes,
  map_size_bytes: ({ stats }) => stats?.mapSizeBytes,
  filesystem_avail_bytes: ({ stats }) => stats?.filesystemAvailBytes,
  open_read_transactions: ({ stats }) => stats?.openReadTransactions,
  recovery_duration_seconds: ({ recoverySeconds }) => recoverySeconds,
  info: () => 1,
}

const combine: Readonly<Record<MetricAggregator, (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  max: (values) => values.reduce((left, right) => Math.max(left, right)),
  min: (values) => values.reduce((left, right) => Math.min(left, right)),
}

function writes({ label, operations }: LogTally): Sample[] {
  return Array.from(operations, ([op, tally]) => ({ labels: { log: label, op }, value: tally.writes }))
}

function writeFailures({ label, operations }: LogTally): Sample[] {
  const samples: Sample[] = []
  for (const [op, { failures }] of operations) {
    for (const [writeClass, counts] of failures) {
      for (const reason of failureReasons) {
        samples.push({ labels: { log: label, op, class: writeClass, reason }, value: counts[reason] })
      }
    }
  }
  return samples
}

function ofSnapshots({ label, snapshots }: LogTally, read: (counts: SnapshotCounts) => number): Sample[] {
  return Object.entries(snapshots.operations).map(([op, counts]) => ({
    labels: { log: label, op },
    value: read(counts),
  }))
}

function snapshotFailures({ label, snapshots }: LogTally): Sample[] {
  return Object.entries(snapshots.operations).flatMap(([op, { failures }]) =>
    failureReasons.map((reason) => ({ labels: { log: label, op, reason }, value: failures[reason] })),
  )
}

function failpointHits({ hits }: FailpointTally): Sample[] {
  return Array.from(hits, ([site, actions]) =>
    Array.from(actions, ([action, value]) => ({ labels: { site, action }, value })),
  ).flat()
}

function ofLog({ label }: LogTally, value: number): Sample[] {
  return [{ labels: { log: label }, value }]
}

function infoLabels({ label }: LogTally): Sample['labels'] {
  return { log: label, version: packageVersion, format_version: String(frameVersion) }
}

/** The wall clock may be set back: an age is never negative. */
function ageSeconds(since: number | undefined): number {
  return since === undefined ? 0 : Math.max(0, Date.now() - since) / 1000
}
