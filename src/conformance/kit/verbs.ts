/** What a stranger writes: the methods of their storage, as the suites call them. Each may be synchronous or not. */
import type { AuditFinding, DeferrableOp, LogOp, ReadLimit } from '../../log/index.ts'
import type { Ballot, PaxosOp, StopSign } from '../../paxos/index.ts'
import type { EntriesLimit, HardState, LogId, RaftEntry } from '../../raft/index.ts'
import type { StateMachine } from '../../state-machine/index.ts'

export type Awaitable<T> = T | PromiseLike<T>

interface Ending {
  /** Makes everything durable and lets go of the storage. */
  close(): Awaitable<unknown>
  /**
   * Lets go of the storage as SIGKILL would: nothing more is written, nothing is flushed, locks are released. Default: the thread
   * in which the storage runs is ended.
   */
  abandon?(): Awaitable<unknown>
}

/**
 * An open log: entries of bytes at absolute indexes, the first one at 0. What throws may say with `definite: true` on the
 * error that the write certainly did not happen.
 */
export interface LogVerbs extends Ending {
  /** Adds `entries` at `nextIndex()`, in order. It resolves when they are durable, and no sooner: every case rests on this. */
  append(entries: readonly Uint8Array[]): Awaitable<unknown>
  /** The entries of `[from, to)`, or none when any of them is missing. */
  read(from: number, to: number, limit?: ReadLimit): Awaitable<readonly Uint8Array[]>
  /** The lowest index that can be read; `nextIndex()` when the log holds no entries. */
  firstIndex(): Awaitable<number>
  /** The index that the next append writes. */
  nextIndex(): Awaitable<number>
  /** Removes every entry at or above `from`, then writes `entries` there. Durable when it resolves. */
  replaceSuffix?(from: number, entries: readonly Uint8Array[]): Awaitable<unknown>
  /** Removes the entries below `upTo`, as far as there are any. Never moves `nextIndex()`. */
  trim?(upTo: number): Awaitable<unknown>
  /** Sets the compaction floor, up or down. An append never lands below it. */
  compact?(index: number): Awaitable<unknown>
  compactedIndex?(): Awaitable<number>
  /** Stores `value` under `key`; `undefined` deletes it. */
  setMeta?(key: string, value: Uint8Array | undefined): Awaitable<unknown>
  getMeta?(key: string): Awaitable<Uint8Array | undefined>
  /** Does `ops` in order, all or nothing. Durable when it resolves. */
  commit?(ops: readonly LogOp[]): Awaitable<unknown>
  /** Does `ops` in order; durable no later than the next `commit` or `flush`. */
  defer?(ops: readonly DeferrableOp[]): Awaitable<unknown>
  /** Makes everything durable. */
  flush?(): Awaitable<unknown>
  audit?(): Awaitable<readonly AuditFinding[]>
}

/** Open Paxos storage: the methods of `PaxosStorage` of `holdfast/paxos`, whose comments say what each has to do. Values are plain data. */
export interface PaxosVerbs extends Ending {
  appendEntry(entry: unknown): Awaitable<number>
  appendEntries(entries: readonly unknown[]): Awaitable<number>
  appendOnPrefix(from: number, entries: readonly unknown[]): Awaitable<number>
  setPromise(ballot: Ballot): Awaitable<unknown>
  getPromise(): Awaitable<Ballot | undefined>
  setAcceptedRound(ballot: Ballot): Awaitable<unknown>
  getAcceptedRound(): Awaitable<Ballot | undefined>
  setDecidedIdx(index: number): Awaitable<unknown>
  getDecidedIdx(): Awaitable<number>
  getEntries(from: number, to: number): Awaitable<readonly unknown[]>
  getSuffix(from: number): Awaitable<readonly unknown[]>
  getLogLen(): Awaitable<number>
  trim(upTo: number): Awaitable<unknown>
  setCompactedIdx(index: number): Awaitable<unknown>
  getCompactedIdx(): Awaitable<number>
  setSnapshot(snapshot: unknown): Awaitable<unknown>
  getSnapshot(): Awaitable<unknown>
  setStopsign(stopsign: StopSign | undefined): Awaitable<unknown>
  getStopsign(): Awaitable<StopSign | undefined>
  writeAtomically?(ops: readonly PaxosOp<unknown, unknown>[]): Awaitable<unknown>
  flush?(): Awaitable<unknown>
}

/** Open Raft storage: the methods of `RaftLog` and `HardStateStore` of `holdfast/raft`, whose comments say what each has to do. */
export interface RaftVerbs extends Ending {
  append(entries: readonly RaftEntry[]): Awaitable<unknown>
  truncate(from: number): Awaitable<unknown>
  entry(index: number): Awaitable<RaftEntry>
  entries(low: number, high: number, limit?: EntriesLimit): Awaitable<readonly RaftEntry[]>
  term(index: number): Awaitable<number>
  firstIndex(): Awaitable<number>
  lastIndex(): Awaitable<number>
  lastLogId(): Awaitable<LogId>
  purgeBoundary(): Awaitable<LogId>
  purge(upTo: LogId): Awaitable<unknown>
  installSnapshot?(id: LogId): Awaitable<unknown>
  replaceSuffix?(from: number, entries: readonly RaftEntry[]): Awaitable<unknown>
  reset?(): Awaitable<unknown>
  flush?(): Awaitable<unknown>
  save(state: HardState): Awaitable<unknown>
  load(): Awaitable<HardState | undefined>
  saveWith?(state: HardState | undefined, entries: readonly RaftEntry[]): Awaitable<unknown>
}

/**
 * A state machine that was made, and not opened: the methods of `StateMachine` of `holdfast/state-machine`, whose comments say what
 * each has to do. It runs in the suites' own thread, and `open` of the adapter returns it at once.
 */
export type StateMachineVerbs = StateMachine

/** What `open` returns, by the adapter's kind. */
export interface VerbsByKind {
  readonly log: LogVerbs
  readonly paxos: PaxosVerbs
  readonly raft: RaftVerbs
  readonly 'state-machine': StateMachineVerbs
}

export const adapterKinds = ['log', 'paxos', 'raft', 'state-machine'] as const

export type AdapterKind = (typeof adapterKinds)[number]

/** The methods without which nothing of the kind can be run. */
export const mandatoryMethods: Readonly<Record<AdapterKind, readonly string[]>> = {
  log: ['append', 'read', 'firstIndex', 'nextIndex', 'close'],
  paxos: [
    'appendEntry',
    'appendEntries',
    'appendOnPrefix',
    'setPromise',
    'getPromise',
    'setAcceptedRound',
    'getAcceptedRound',
    'setDecidedIdx',
    'getDecidedIdx',
    'getEntries',
    'getSuffix',
    'getLogLen',
    'trim',
    'setCompactedIdx',
    'getCompactedIdx',
    'setSnapshot',
    'getSnapshot',
    'setStopsign',
    'getStopsign',
    'close',
  ],
  raft: [
    'append',
    'truncate',
    'entry',
    'entries',
    'term',
    'firstIndex',
    'lastIndex',
    'lastLogId',
    'purgeBoundary',
    'purge',
    'save',
    'load',
    'close',
  ],
  'state-machine': [
    ...['open', 'start', 'stop', 'close', 'abandon', 'applied', 'durableApplied', 'membership', 'applyChunk'],
    ...['waitApplied', 'get', 'getMulti', 'scan', 'view', 'size', 'createSnapshot', 'currentSnapshot'],
    ...[
      'listSnapshots',
      'openSnapshot',
      'beginInstall',
      'flush',
      'checkpoint',
      'reset',
      'collectExpired',
      'digest',
    ],
  ],
}

/** Methods that an adapter may leave out, and that somebody asks about before calling them. */
export const optionalMethods: readonly string[] = ['abandon', 'installSnapshot', 'flush']
