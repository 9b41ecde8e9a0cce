/** Every metric, once: what is exported, documented and tested is read from this table. */

export type CounterName =
  | 'writes_total'
  | 'write_failures_total'
  | 'appended_entries_total'
  | 'appended_bytes_total'
  | 'truncated_entries_total'
  | 'trimmed_entries_total'
  | 'checksum_failures_total'
  | 'snapshots_total'
  | 'snapshot_bytes_total'
  | 'snapshot_failures_total'
  | 'failpoint_hits_total'
  | StateCounterName
  | ReplicaCounterName

/** Of state machines. */
export type StateCounterName =
  | 'state_results_total'
  | 'state_apply_failures_total'
  | 'state_collected_keys_total'
  | 'state_installs_total'
  | 'state_installed_bytes_total'
  | 'state_install_failures_total'
  | 'state_checkpoints_total'
  | 'state_checkpoint_bytes_total'
  | 'state_checkpoint_failures_total'

export type ReplicaCounterName = 'replica_stalls_total' | 'replica_snapshot_failures_total'

export type ReplicaGaugeName = 'replica_lag_entries' | 'replica_failed'

export type StateGaugeName =
  | 'state_applied_index'
  | 'state_durable_index'
  | 'state_keys'
  | 'state_leases'
  | 'state_expired_keys'
  | 'state_size_bytes'
  | 'state_failed'
  | 'state_recovery_duration_seconds'

export type StateHistogramName =
  | 'state_apply_duration_seconds'
  | 'state_apply_entries'
  | 'state_install_duration_seconds'
  | 'state_checkpoint_duration_seconds'

export type HistogramName =
  | 'commit_duration_seconds'
  | 'commit_entries'
  | 'snapshot_duration_seconds'
  | StateHistogramName

export type GaugeName =
  | 'deferred_ops'
  | 'oldest_deferred_age_seconds'
  | 'commit_in_progress_seconds'
  | 'poisoned'
  | 'last_write_failure_timestamp_seconds'
  | 'first_index'
  | 'next_index'
  | 'compacted_index'
  | 'reclaimable_entries'
  | 'size_bytes'
  | 'used_bytes'
  | 'map_size_bytes'
  | 'filesystem_avail_bytes'
  | 'open_read_transactions'
  | 'recovery_duration_seconds'
  | 'failpoints_armed'
  | 'info'
  | StateGaugeName
  | ReplicaGaugeName

export type MetricName = CounterName | HistogramName | GaugeName

/** A label of a metric, as Prometheus knows it. */
export type MetricLabel =
  | 'log'
  | 'op'
  | 'class'
  | 'reason'
  | 'code'
  | 'site'
  | 'action'
  | 'version'
  | 'format_version'

/** How values of several logs, or of several workers of a cluster, become one. */
export type MetricAggregator = 'sum' | 'max' | 'min'

/** What is to be known of one metric. */
export interface MetricDefinition {
  /** Without the prefix. */
  readonly name: MetricName
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly labels: readonly MetricLabel[]
  /** What it counts, in which unit. */
  readonly help: string
  /** How two open logs under one value of the label `log`, and the workers of a cluster, become one value. */
  readonly aggregator: MetricAggregator
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[]
  /** True when it says nothing of many logs together, so that `perLog: false` leaves it out. */
  readonly isPerLogOnly?: boolean
}

/** 100 µs to 10 s, with an edge at each threshold of the alerts and of the usual advice: 10 ms, 25 ms, 0.25 s, 0.5 s, 1 s. */
const latencyBuckets: readonly number[] = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]
const entryBuckets: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]

/** 10 ms to 10 minutes: from a few kilobytes to gigabytes. */
const snapshotBuckets: readonly number[] = [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]

const cannotSeeHang =
  'A commit that blocks the event loop, as in a hung fsync, blocks the scrape too: then this cannot be read, and up becomes 0.'

/** Every metric, in the order of the documentation. Names carry no prefix: `holdfast_` unless another was given. */
export const metricDefinitions: readonly MetricDefinition[] = [
  counter('writes_total', ['log', 'op'], 'Write operations attempted, whether they succeeded or failed.'),
  counter(
    'write_failures_total',
    ['log', 'op', 'class', 'reason'],
    'Write operations that failed or were refused, by operation, by class (commit: had to be durable before it returned; deferred: may wait) and by reason, the same word as error.reason.',
  ),
  {
    ...histogram('commit_duration_seconds', latencyBuckets),
    help: 'Seconds from the call of a commit to its return, durable. Failed commits are not in it, and a commit that hangs is not in it until it ends.',
  },
  {
    ...histogram('commit_entries', entryBuckets),
    help: 'Entries that one commit appended. Commits that appended none are not in it.',
  },
  counter('appended_entries_total', ['log'], 'Entries appended, durable.'),
  counter(
    'appended_bytes_total',
    ['log'],
    "Bytes of the appended entries' values, as the log was given them.",
  ),
  counter(
    'truncated_entries_total',
    ['log'],
    'Entries removed from the tail because a leader overwrote them; a hole that a floor left behind counts as if it were full.',
  ),
  counter(
    'trimmed_entries_total',
    ['log'],
    'Entries removed from the head; a hole that a floor left behind counts as if it were full.',
  ),
  counter(
    'checksum_failures_total',
    ['log'],
    'Times that something read from the medium was not what was written: damaged, missing, or not to be decoded.',
  ),
  counter(
    'snapshots_total',
    ['log', 'op'],
    "Snapshots that were written and are durable (create: this node's own, install: a leader's), were read to their verified end (open), or were removed (remove).",
  ),
  counter(
    'snapshot_bytes_total',
    ['log', 'op'],
    'Bytes of the data of those snapshots; for remove, the bytes that were given back.',
  ),
  counter(
    'snapshot_failures_total',
    ['log', 'op', 'reason'],
    'Snapshots that could not be written, read or removed, by reason, the same word as error.reason. What the caller gave up is not in it.',
  ),
  {
    ...histogram('snapshot_duration_seconds', snapshotBuckets),
    help: 'Seconds from the beginning of a snapshot to its being durable (create and install). Failed ones are not in it.',
  },
  gauge('deferred_ops', 'sum', 'Operations deferred since the last commit or flush; a crash loses them.'),
  gauge(
    'oldest_deferred_age_seconds',
    'max',
    `Seconds since the oldest operation that is not durable yet was deferred; 0 when none waits. ${cannotSeeHang}`,
  ),
  gauge(
    'commit_in_progress_seconds',
    'max',
    `Seconds that the commit under way has waited for the medium; 0 when there is none. ${cannotSeeHang}`,
  ),
  gauge(
    'poisoned',
    'max',
    '1 when a failed write left the medium in doubt and the log refuses everything until it is opened again, else 0.',
  ),
  gauge(
    'last_write_failure_timestamp_seconds',
    'max',
    'Unix time in seconds of the last write that failed or was refused; 0 when none has.',
  ),
  { ...gauge('first_index', 'max', 'The lowest index that may be read.'), isPerLogOnly: true },
  { ...gauge('next_index', 'max', 'The index that the next append writes.'), isPerLogOnly: true },
  {
    ...gauge(
      'compacted_index',
      'max',
      'The compaction floor: a snapshot covers every entry below this index.',
    ),
    isPerLogOnly: true,
  },
  gauge('reclaimable_entries', 'sum', 'Entries that were trimmed and whose space is not given back yet.'),
  gauge('size_bytes', 'max', 'Bytes of the data file, which all logs of an environment share.'),
  gauge('used_bytes', 'max', 'Bytes of the data file in pages that were ever in use.'),
  gauge(
    'map_size_bytes',
    'max',
    'Bytes that the data file may grow to before its map must grow, which it does by itself.',
  ),
  gauge(
    'filesystem_avail_bytes',
    'min',
    'Bytes that this process may still write on the file system of the log.',
  ),
  gauge(
    'open_read_transactions',
    'max',
    'Readers registered with the medium; one that stays open keeps pages from being used again.',
  ),
  gauge('recovery_duration_seconds', 'max', 'Seconds that opening the log took.'),
  {
    ...histogram('state_apply_duration_seconds', latencyBuckets),
    help: 'Seconds from the beginning of a chunk of entries to its being applied, and durable where the state machine syncs each chunk. Failed ones are not in it.',
  },
  {
    ...histogram('state_apply_entries', entryBuckets),
    help: 'Entries of one chunk that was applied, those included that were applied already.',
  },
  counter(
    'state_results_total',
    ['log', 'code'],
    'Entries handed to a state machine, by what became of them: OK, or why a command was refused.',
  ),
  counter(
    'state_apply_failures_total',
    ['log', 'reason'],
    'Chunks that were refused or could not be applied, by reason, the same word as error.reason.',
  ),
  { ...gauge('state_applied_index', 'max', 'Index of the last entry applied.'), isPerLogOnly: true },
  {
    ...gauge(
      'state_durable_index',
      'max',
      'Index of the last entry whose effect a loss of power would leave; behind the applied index where chunks are not synced each.',
    ),
    isPerLogOnly: true,
  },
  gauge('state_keys', 'sum', 'Keys that can be seen: those that have expired do not count.'),
  gauge('state_leases', 'sum', 'Of which keys that will expire.'),
  gauge(
    'state_expired_keys',
    'sum',
    'Keys that have expired and were not removed from the medium yet; nobody sees them.',
  ),
  counter('state_collected_keys_total', ['log'], 'Expired keys that were removed from the medium.'),
  counter('state_installs_total', ['log'], "Snapshots of other replicas that were put in this one's place."),
  counter('state_installed_bytes_total', ['log'], 'Bytes of the images of those snapshots.'),
  counter(
    'state_install_failures_total',
    ['log', 'reason'],
    'Snapshots of other replicas that were received and could not be put in use, by reason, the same word as error.reason.',
  ),
  {
    ...histogram('state_install_duration_seconds', snapshotBuckets),
    help: 'Seconds from the beginning of the verification of a received snapshot to its being in use. Failed ones are not in it.',
  },
  counter(
    'state_checkpoints_total',
    ['log'],
    'Times that a state machine on files has written its whole state down; one on LMDB never needs to.',
  ),
  counter('state_checkpoint_bytes_total', ['log'], 'Bytes of those checkpoints.'),
  counter(
    'state_checkpoint_failures_total',
    ['log', 'reason'],
    'Checkpoints that could not be written, by reason, the same word as error.reason. The log of effects goes on and grows, and the next one tries again.',
  ),
  {
    ...histogram('state_checkpoint_duration_seconds', snapshotBuckets),
    help: 'Seconds from the beginning of a checkpoint to its being what a restart reads; chunks are applied meanwhile. Failed ones are not in it.',
  },
  gauge('state_size_bytes', 'max', "Bytes of the state machine's files, snapshots left out."),
  gauge(
    'state_failed',
    'max',
    '1 when a state machine refuses everything until it is opened again, because a write left its medium in doubt, an entry could not be understood or replicas diverged, else 0.',
  ),
  gauge('state_recovery_duration_seconds', 'max', 'Seconds that opening the state machine took.'),
  gauge(
    'replica_lag_entries',
    'max',
    'Entries that are known to be committed and were not applied yet. Under `log` stands the name of the log.',
  ),
  gauge(
    'replica_failed',
    'max',
    '1 when a replica cannot go on until log and state machine are opened anew, else 0.',
  ),
  counter(
    'replica_stalls_total',
    ['log', 'reason'],
    'Times that the state machine refused cleanly and applying was put off, by reason, the same word as error.reason; each further try that fails counts.',
  ),
  counter(
    'replica_snapshot_failures_total',
    ['log', 'reason'],
    'Snapshots that were due or asked for and failed, or the purge of the log behind them did, by reason, the same word as error.reason.',
  ),
  {
    ...gauge(
      'failpoints_armed',
      'sum',
      'Failpoint sites that are armed in this process; 0 outside of tests.',
    ),
    labels: [],
  },
  counter(
    'failpoint_hits_total',
    ['site', 'action'],
    'Actions that failpoints performed. A series begins with its first action.',
  ),
  {
    ...gauge(
      'info',
      'max',
      "Always 1. The labels carry Holdfast's version and the version of the format on disk.",
    ),
    labels: ['log', 'version', 'format_version'],
  },
]

function counter(name: CounterName, labels: readonly MetricLabel[], help: string): MetricDefinition {
  return { name, type: 'counter', labels, help, aggregator: 'sum' }
}

function gauge(name: GaugeName, aggregator: MetricAggregator, help: string): MetricDefinition {
  return { name, type: 'gauge', labels: ['log'], help, aggregator }
}

function histogram(name: HistogramName, buckets: readonly number[]): Omit<MetricDefinition, 'help'> {
  return { name, type: 'histogram', labels: ['log'], aggregator: 'sum', buckets }
}
