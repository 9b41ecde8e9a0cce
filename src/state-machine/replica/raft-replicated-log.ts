/** Raft storage as the log of a replica. */
import { InvalidArgumentError } from '../../errors.ts'
import type { EntryKind, LogId, RaftEntry, RaftStorage } from '../../raft/index.ts'
import type { ApplyEntry } from '../core/check-chunk.ts'
import type { Command } from '../core/command.ts'
import { noteCluster, readCluster } from './cluster-note.ts'
import type { EntriesLimit, ReplicatedLog } from './replicated-log.ts'

/**
 * The log of `raft`. The data of a `command` are what the state machine's codec decodes, those of a `config` are the membership,
 * those of a `noop` mean nothing. Give the state machine `raft.snapshots` as its `snapshots`, so that log and snapshots are checked
 * together at open.
 */
export function raftReplicatedLog(raft: RaftStorage): ReplicatedLog {
  return new RaftReplicatedLog(raft)
}

class RaftReplicatedLog implements ReplicatedLog {
  readonly #raft: RaftStorage

  constructor(raft: RaftStorage) {
    this.#raft = raft
  }

  get name(): string {
    return this.#raft.log.log.name
  }

  get purgeBoundary(): LogId {
    return this.#raft.log.purgeBoundary
  }

  get lastIndex(): number {
    return this.#raft.log.lastIndex
  }

  get committedIndex(): number | undefined {
    return this.#raft.hardState.load()?.commit
  }

  term(index: number): number {
    return this.#raft.log.term(index)
  }

  entries(from: number, through: number, limit: EntriesLimit): ApplyEntry[] {
    const to = Math.min(through + 1, from + limit.entries)
    return this.#raft.log.entries(from, to, { maxBytes: limit.bytes }).map(toApply)
  }

  purge(upTo: LogId): void {
    this.#raft.log.purge(upTo)
  }

  /** Else the log would reach a term in which this node may have voted for somebody it has forgotten. */
  checkInstall({ index, term }: LogId): void {
    const currentTerm = this.#raft.hardState.load()?.currentTerm ?? 0
    if (term <= currentTerm) return
    throw new InvalidArgumentError(
      'manifest',
      `Cannot install a snapshot of term ${term} at index ${index} on log "${this.name}": the saved term is ${currentTerm}; ` +
        'save the hard state with the leader’s term first',
    )
  }

  install(id: LogId): void {
    this.#raft.log.installSnapshot(id)
  }

  get clusterId(): string | undefined {
    return readCluster(this.#raft.log.log)
  }

  bind(clusterId: string): void {
    noteCluster(this.#raft.log.log, clusterId)
  }

  async recover(): Promise<LogId | undefined> {
    return (await this.#raft.recover()).pendingInstall
  }

  close(): void {
    this.#raft.close()
  }

  abandon(): void {
    this.#raft.abandon()
  }
}

function toApply({ index, term, kind, data }: RaftEntry): ApplyEntry {
  return { index, term, command: commandOf(kind, data) }
}

function commandOf(kind: EntryKind, data: Uint8Array): Command | Uint8Array {
  switch (kind) {
    case 'noop':
      return { kind: 'noop' }
    case 'config':
      return { kind: 'config', membership: data }
    case 'command':
      return data
    default:
      return kind satisfies never
  }
}
