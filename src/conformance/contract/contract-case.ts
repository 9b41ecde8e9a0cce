/** One rule of a contract, and what shows that a store keeps it. */
import type { FailpointRegistry } from '../../../failpoints/index.ts'
import type { LogStore } from '../../log/index.ts'
import type {
  CloseEvent,
  CorruptionEvent,
  OpenEvent,
  StoreObserver,
  WriteEvent,
  WriteFailureEvent,
  WriteStartEvent,
} from '../../observer.ts'
import type { PaxosStorage, PaxosStorageOptions } from '../../paxos/index.ts'
import type { HardStateStore, RaftLog, RaftLogOptions } from '../../raft/index.ts'
import type { LogAdapter } from '../adapter.ts'
import type { Requirement } from './requirement.ts'

/** What a store told, with the word for which of the observer's methods it called. */
export type ObservedEvent =
  | { readonly kind: 'open'; readonly event: OpenEvent }
  | { readonly kind: 'commitStart'; readonly event: WriteStartEvent }
  | { readonly kind: 'write'; readonly event: WriteEvent }
  | { readonly kind: 'writeFailure'; readonly event: WriteFailureEvent }
  | { readonly kind: 'corruption'; readonly event: CorruptionEvent }
  | { readonly kind: 'close'; readonly event: CloseEvent }

/** How Paxos storage is made on a log. */
export type CreatePaxosStorage = <T, S>(
  log: LogStore,
  options: PaxosStorageOptions<T, S>,
) => PaxosStorage<T, S>

/** The log and the hard state of one Raft node. */
export interface RaftNode<T> {
  readonly log: RaftLog<T>
  readonly hardState: HardStateStore<T>
}

/** How Raft storage is made on a log. */
export type CreateRaftNode = <T>(log: LogStore, options: RaftLogOptions<T>) => RaftNode<T>

/** What the cases stand on, beside the log: for a run that is to look at something else than what Holdfast ships. */
export interface ContractParts {
  /** Default: Holdfast's own. */
  readonly createPaxosStorage?: CreatePaxosStorage
  /** Default: Holdfast's own. */
  readonly createRaftNode?: CreateRaftNode
}

/** What a case works with. Everything opened through it is closed, and its directory removed, when the case is over. */
export interface CaseContext {
  readonly adapter: LogAdapter
  /** A registry of this case's own: what it arms, no other case sees. */
  readonly failpoints: FailpointRegistry
  /** The log's directory. It exists, and was empty when the case began. */
  readonly directory: string
  /** Everything that was told to {@link observer}, oldest first. Every log opened here tells it. */
  readonly events: readonly ObservedEvent[]
  /** Records into {@link events}: for what a case builds on a log. */
  readonly observer: StoreObserver
  /** Opens the case's log, the same one each time. */
  open(): LogStore
  /** Closes `log` and opens it again. */
  reopen(log: LogStore): LogStore
  /** Abandons `log`, as a killed process would, and opens it again. */
  crash(log: LogStore): LogStore
  /** The Paxos storage under test, on `log`. */
  readonly createPaxosStorage: CreatePaxosStorage
  /** The Raft storage under test, on `log`. */
  readonly createRaftNode: CreateRaftNode
}

export interface ContractCase {
  /** Forever: `LOG-APPEND-001`. */
  readonly id: string
  /** The rule, in one sentence. */
  readonly rule: string
  /**
   * What other systems' tests and bugs it answers: the numbers of the project's list of edge cases, and the names that the
   * list gives to bugs that really happened.
   */
  readonly edge?: readonly (number | string)[]
  /** The version of the suites that brought it. Default: the first one, 1.0.0. */
  readonly since?: string
  /** Default: `MUST`. */
  readonly requirement?: 'MUST' | 'SHOULD'
  /**
   * What the store has to promise; where it does not, the case says nothing and is skipped by name. Derived from what the case
   * does: see `requirement-table.ts`.
   */
  readonly requires?: readonly Requirement[]
  /** Throws when the store breaks the rule. */
  run(context: CaseContext): void
}
