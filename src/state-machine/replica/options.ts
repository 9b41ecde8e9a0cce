/** What a replica can be told. */
import type { FailpointRegistry } from '../../../failpoints/index.ts'
import { show } from '../../arguments.ts'
import { InvalidArgumentError } from '../../errors.ts'
import { type StoreObserver, silentObserver } from '../../observer.ts'
import type { SnapshotManifest } from '../snapshots/manifest.ts'
import type { ApplyReport } from '../state-machine.ts'
import { type ReplicaClock, type SnapshotPolicy, systemClock } from './snapshot-schedule.ts'

/** Told of what a replica does by itself. What a listener throws changes nothing. */
export interface ReplicaListener {
  /** A chunk was applied: the results of its entries, in order. */
  onApplied?(report: ApplyReport): void
  /** A snapshot is durable, and the log was purged behind it as far as it may be. */
  onSnapshot?(manifest: SnapshotManifest): void
  /** A snapshot, or the purge behind it, failed. The next one is tried when as much was applied again. */
  onSnapshotFailure?(error: unknown): void
  /** The state machine refused cleanly, a full disk above all. Applying is tried again after `retryMs`, and at each `committed`. */
  onStalled?(error: unknown): void
  /** The replica cannot go on: abandon or close it, and open log and state machine anew. */
  onFailed?(error: unknown): void
}

export interface ReplicaOptions {
  /** Whose log this is: noted in the log's metadata, and checked there. A state machine that was told its own must be told the same. */
  readonly clusterId?: string | undefined
  /** Most entries, and bytes of them, that are applied as one chunk. Default 1,000 and 4 MiB. */
  readonly chunk?: { readonly entries?: number | undefined; readonly bytes?: number | undefined } | undefined
  /** When snapshots are taken; `false`: only by {@link Replica.takeSnapshot}. */
  readonly snapshots?: SnapshotPolicy | false | undefined
  /**
   * How far the log may be purged: to what a durable snapshot covers, so that a peer that needs what is gone can be sent the
   * snapshot (and Raft storage can be recovered); or also to what the state machine itself holds durably. Default `snapshot`.
   */
  readonly purge?: 'snapshot' | 'durableApplied' | undefined
  /** Entries that stay in the log behind a snapshot, for peers that are a little late. Default 1,000. */
  readonly keepEntries?: number | undefined
  /** How many results are kept for who asks late. Default 1,000. */
  readonly resultsKept?: number | undefined
  /** After a clean refusal, applying is tried again so often. Default 1,000. */
  readonly retryMs?: number | undefined
  readonly clock?: ReplicaClock | undefined
  readonly listener?: ReplicaListener | undefined
  /** For metrics: `createMetrics` of `holdfast/metrics` makes one. */
  readonly observer?: StoreObserver | undefined
  readonly failpoints?: FailpointRegistry | undefined
}

/** With every default in its place. */
export interface ReplicaSettings {
  readonly clusterId: string | undefined
  readonly chunk: { readonly entries: number; readonly bytes: number }
  readonly snapshots: SnapshotPolicy | false
  readonly purge: 'snapshot' | 'durableApplied'
  readonly keepEntries: number
  readonly resultsKept: number
  readonly retryMs: number
  readonly clock: ReplicaClock
  readonly listener: ReplicaListener
  readonly observer: StoreObserver
  readonly failpoints: FailpointRegistry | undefined
}

/** @throws {InvalidArgumentError} an option is out of its range */
export function settingsOf(options: ReplicaOptions): ReplicaSettings {
  const { entries = 1000, bytes = 4 * 1024 * 1024 } = options.chunk ?? {}
  const settings: ReplicaSettings = {
    clusterId: options.clusterId,
    chunk: { entries, bytes },
    snapshots: options.snapshots ?? {},
    purge: options.purge ?? 'snapshot',
    keepEntries: options.keepEntries ?? 1000,
    resultsKept: options.resultsKept ?? 1000,
    retryMs: options.retryMs ?? 1000,
    clock: options.clock ?? systemClock,
    listener: options.listener ?? {},
    observer: options.observer ?? silentObserver,
    failpoints: options.failpoints,
  }
  checkSettings(settings)
  return settings
}

function checkSettings({
  chunk,
  snapshots,
  purge,
  keepEntries,
  resultsKept,
  retryMs,
}: ReplicaSettings): void {
  checkAtLeast('chunk.entries', chunk.entries, 1)
  checkAtLeast('chunk.bytes', chunk.bytes, 1)
  checkAtLeast('keepEntries', keepEntries, 0)
  checkAtLeast('resultsKept', resultsKept, 0)
  checkAtLeast('retryMs', retryMs, 1)
  if (purge !== 'snapshot' && purge !== 'durableApplied') {
    throw new InvalidArgumentError(
      'purge',
      `Cannot purge to ${show(purge)}: give 'snapshot' or 'durableApplied'`,
    )
  }
  if (snapshots === false) return
  for (const name of ['entries', 'bytes', 'ageMs'] as const)
    checkAtLeast(`snapshots.${name}`, snapshots[name] ?? 1, 1)
}

function checkAtLeast(argument: string, value: unknown, least: number): void {
  if (typeof value === 'number' && value >= least) return
  throw new InvalidArgumentError(argument, `Cannot use ${show(value)} as ${argument}: give ${least} or more`)
}
