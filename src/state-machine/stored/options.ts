/** What every state machine takes, whatever it keeps its state in. */
import type { FailpointRegistry } from '../../../failpoints/index.ts'
import { checkIndex } from '../../arguments.ts'
import type { Codec } from '../../codec/index.ts'
import { InvalidArgumentError } from '../../errors.ts'
import type { StoreObserver } from '../../observer.ts'
import type { SnapshotStore } from '../../raft/index.ts'
import { type ChunkLimits, chunkLimitsDefault } from '../core/check-chunk.ts'
import { commandCodec, type TimedCommand } from '../core/command.ts'
import type { StateFormat } from '../core/values.ts'

export interface StateMachineOptions {
  /** In errors, events and metrics. Default `state`. */
  readonly name?: string | undefined
  /** Whose state this is, written down at creation: 0 to 64 characters. Another cluster's is refused. Default: none. */
  readonly clusterId?: string | undefined
  /** Whether commands may give keys a time to live; written down at creation. Default true. */
  readonly isTtlEnabled?: boolean | undefined
  /** For entries that are bytes. Default: that of `encodeCommand`. */
  readonly codec?: Pick<Codec<TimedCommand>, 'decode'> | undefined
  readonly failpoints?: FailpointRegistry | undefined
  readonly observer?: StoreObserver | undefined
  readonly chunkLimits?: Partial<ChunkLimits> | undefined
  /** Most expired keys that are removed with each chunk. 0 to 2^53 - 1. Default 64. */
  readonly collectPerApply?: number | undefined
  /** Removes up to `keys` expired keys every `everyMs` milliseconds while it serves. Default: not. */
  readonly collectInBackground?: { readonly everyMs: number; readonly keys: number } | undefined
  /** After this long a view ends by itself. Default 10,000. */
  readonly viewAgeMaxMs?: number | undefined
  /** How many usable snapshots are kept. 1 or more. Default 2. */
  readonly snapshotsKept?: number | undefined
  /** Where snapshots are kept: the caller's, who closes it later. Default: one of its own, in `snapshots` of its directory. */
  readonly snapshots?: SnapshotStore | undefined
}

/** The same, with every default in its place. */
export interface StateMachineSettings
  extends Pick<StateMachineOptions, 'failpoints' | 'observer' | 'collectInBackground' | 'snapshots'> {
  readonly format: StateFormat
  readonly decode: (bytes: Uint8Array) => TimedCommand
  readonly limits: ChunkLimits
  readonly collectPerApply: number
  readonly viewAgeMaxMs: number
  readonly snapshotsKept: number
}

const clusterIdCharactersMax = 64

/** @throws {InvalidArgumentError} an option is out of range */
export function settingsOf(options: StateMachineOptions): StateMachineSettings {
  const { clusterId = '', isTtlEnabled = true, codec = commandCodec, collectPerApply = 64 } = options
  const {
    viewAgeMaxMs = 10_000,
    snapshotsKept = 2,
    failpoints,
    observer,
    collectInBackground,
    snapshots,
  } = options
  if (typeof clusterId !== 'string' || clusterId.length > clusterIdCharactersMax) {
    throw new InvalidArgumentError(
      'clusterId',
      `Cannot use this clusterId: give at most ${clusterIdCharactersMax} characters`,
    )
  }
  checkIndex('collectPerApply', collectPerApply)
  checkPositive('viewAgeMaxMs', viewAgeMaxMs)
  checkPositive('snapshotsKept', snapshotsKept)
  if (collectInBackground !== undefined) {
    checkPositive('everyMs', collectInBackground.everyMs)
    checkPositive('keys', collectInBackground.keys)
  }
  return {
    failpoints,
    observer,
    collectInBackground,
    snapshots,
    format: Object.freeze({ clusterId, isTtlEnabled }),
    decode: (bytes) => codec.decode(bytes),
    limits: { ...chunkLimitsDefault, ...options.chunkLimits },
    collectPerApply,
    viewAgeMaxMs,
    snapshotsKept,
  }
}

function checkPositive(argument: string, value: number): void {
  checkIndex(argument, value)
  if (value === 0) throw new InvalidArgumentError(argument, `Cannot use 0 as ${argument}: give 1 or more`)
}
