/** Paxos storage as the log of a replica. */
import { UnavailableError } from '../../errors.ts'
import type { PaxosStorage } from '../../paxos/index.ts'
import type { LogId } from '../../raft/index.ts'
import type { ApplyEntry } from '../core/check-chunk.ts'
import { noteCluster, readCluster } from './cluster-note.ts'
import type { EntriesLimit, ReplicatedLog } from './replicated-log.ts'

/**
 * The log of `paxos`, whose entries are what the state machine's codec decodes. Its index 0 is the replica's index 1, so that its
 * decided index, which is the one after the last decided entry, is the index to tell `Replica.committed`. Its entries have no terms:
 * all are of term 0, and that log and state agree on an entry cannot be checked by it.
 *
 * OmniPaxos sends snapshots itself and stores them through `setSnapshot`; a replica's snapshot goes to the state machine, and the log
 * is told by {@link ReplicatedLog.install}.
 */
export function paxosReplicatedLog(paxos: PaxosStorage<Uint8Array>): ReplicatedLog {
  return new PaxosReplicatedLog(paxos)
}

class PaxosReplicatedLog implements ReplicatedLog {
  readonly #paxos: PaxosStorage<Uint8Array>

  constructor(paxos: PaxosStorage<Uint8Array>) {
    this.#paxos = paxos
  }

  get name(): string {
    return this.#paxos.log.name
  }

  get purgeBoundary(): LogId {
    return { index: this.#paxos.log.firstIndex, term: 0 }
  }

  get lastIndex(): number {
    return this.#paxos.log.nextIndex
  }

  get committedIndex(): number {
    return this.#paxos.getDecidedIdx()
  }

  term(index: number): number {
    const { lastIndex } = this
    if (index <= lastIndex) return 0
    throw new UnavailableError(
      { index, lastIndex },
      `Cannot tell the term of index ${index}: log "${this.name}" ends at ${lastIndex}`,
    )
  }

  entries(from: number, through: number, limit: EntriesLimit): ApplyEntry[] {
    const entries: ApplyEntry[] = []
    let bytes = 0
    for (let index = from; index <= through && entries.length < limit.entries; index++) {
      const [command] = this.#paxos.getEntries(index - 1, index)
      if (command === undefined) break
      bytes += command.length
      if (entries.length > 0 && bytes > limit.bytes) break
      entries.push({ index, term: 0, command })
    }
    return entries
  }

  purge({ index }: LogId): void {
    this.#paxos.writeAtomically([
      { kind: 'trim', upTo: index },
      { kind: 'setCompactedIdx', index: Math.max(index, this.#paxos.getCompactedIdx()) },
    ])
  }

  /** A promise does not depend on the log. */
  checkInstall(): void {}

  install(id: LogId): void {
    this.purge(id)
    this.#paxos.flush()
  }

  get clusterId(): string | undefined {
    return readCluster(this.#paxos.log)
  }

  bind(clusterId: string): void {
    noteCluster(this.#paxos.log, clusterId)
  }

  async recover(): Promise<undefined> {
    return undefined
  }

  close(): void {
    this.#paxos.close()
  }

  abandon(): void {
    this.#paxos.log.abandon()
  }
}
