export type { RaftHistoryOperation } from './history.ts'
export {
  type RaftKillFailure,
  type RaftKillOptions,
  type RaftKillProgress,
  type RaftKillReport,
  runRaftKillSuite,
} from './raft-kill-suite.ts'
export { runRaftScript } from './script.ts'
