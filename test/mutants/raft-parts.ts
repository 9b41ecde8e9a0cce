/** Raft storage with a planted bug, for the cases of the contract. */
import type { ContractParts } from '../../src/conformance/contract/index.ts'
import type { LogStore } from '../../src/log/index.ts'
import { HardStateStore, RaftLog, type RaftLogOptions } from '../../src/raft/index.ts'

type RaftLogClass = new <T>(log: LogStore, options: RaftLogOptions<T>) => RaftLog<T>
type HardStateClass = new <T>(log: RaftLog<T>) => HardStateStore<T>

export function raftParts(
  Log: RaftLogClass = RaftLog,
  HardState: HardStateClass = HardStateStore,
): ContractParts {
  return {
    createRaftNode: (store, options) => {
      const log = new Log(store, options)
      return { log, hardState: new HardState(log) }
    },
  }
}
