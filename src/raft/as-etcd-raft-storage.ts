/** Raft storage as etcd's raft library asks its host to read it: the interface `Storage` of its `storage.go`. */
import { CompactedError } from '../errors.ts'
import type { RaftEntry } from './entry.ts'
import type { RaftLog } from './raft-log.ts'
import type { RaftStorage } from './raft-storage.ts'
import type { ServerId } from './records.ts'
import type { SnapshotReader } from './snapshots/index.ts'

/** As the library has it: what was never saved is 0. */
export interface EtcdHardState {
  readonly term: number
  /** 0 for no vote: do not use 0 as a server's id. */
  readonly vote: ServerId
  readonly commit: number
}

export interface EtcdInitialState<C> {
  readonly hardState: EtcdHardState
  readonly confState: C
}

export interface EtcdSnapshot<C> {
  readonly metadata: { readonly index: number; readonly term: number; readonly confState: C }
  /** Opens the snapshot's data; there are none when `metadata.index` is 0. */
  readonly open: (() => SnapshotReader) | undefined
}

/**
 * The library's two errors are `CompactedError` for its `ErrCompacted` and `UnavailableError` for its `ErrUnavailable`. Where it
 * panics on a range beyond the end, this throws `UnavailableError` too.
 */
export interface EtcdRaftStorage<T, C> {
  /** The saved hard state, and the membership of the newest snapshot. */
  initialState(): EtcdInitialState<C>
  /** The entries of `[low, high)`, of at most `maxSize` bytes together, but at least one. */
  entries(low: number, high: number, maxSize?: number): RaftEntry<T>[]
  /** The term at `index`, from `firstIndex() - 1` to `lastIndex()`. */
  term(index: number): number
  firstIndex(): number
  lastIndex(): number
  /** The newest snapshot; of index 0 when there is none. */
  snapshot(): EtcdSnapshot<C>
}

export interface EtcdRaftStorageOptions<C> {
  /** What a snapshot's membership stands for; `undefined` when there is no snapshot, or it has none. Default: its bytes, or none. */
  readonly confState?: ((membership: Uint8Array | undefined) => C) | undefined
}

/** Shows `storage` as the library reads it. The library's writes are those of {@link RaftStorage} itself. */
export function asEtcdRaftStorage<T, C = Uint8Array>(
  storage: RaftStorage<T>,
  { confState = bytesOrNone }: EtcdRaftStorageOptions<C> = {},
): EtcdRaftStorage<T, C> {
  const { log, hardState, snapshots } = storage
  return {
    initialState() {
      const { currentTerm = 0, votedFor = 0, commit = 0 } = hardState.load() ?? {}
      const [newest] = snapshots.list()
      return {
        hardState: { term: currentTerm, vote: votedFor, commit },
        confState: confState(newest?.membership),
      }
    },
    entries(low, high, maxSize) {
      // The library counts index 0 among what was compacted.
      if (low === 0) throw compactedAtZero(log)
      return log.entries(low, high, { maxBytes: maxSize })
    },
    term: (index) => log.term(index),
    firstIndex: () => log.firstIndex,
    lastIndex: () => log.lastIndex,
    snapshot() {
      const [newest] = snapshots.list()
      const { index = 0, term = 0, membership } = newest ?? {}
      const metadata = { index, term, confState: confState(membership) }
      return { metadata, open: newest && (() => snapshots.open(newest.id)) }
    },
  }
}

function compactedAtZero<T>({ firstIndex, log: { name } }: RaftLog<T>): CompactedError {
  const at = { index: 0, firstIndex, compactedIndex: firstIndex }
  return new CompactedError(
    at,
    `Cannot read entries from index 0 of log "${name}": its first index is ${firstIndex}`,
  )
}

function bytesOrNone<C>(membership: Uint8Array | undefined): C {
  return (membership ?? new Uint8Array()) as C
}
