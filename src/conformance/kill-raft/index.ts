export type { RaftHistoryOperation } from './history.ts'
export type { CallsLeftOut } from './opened.ts'
export type {
  RaftKillFailure,
  RaftKillOptions,
  RaftKillProgress,
  RaftKillReport,
} from './raft-kill-report.ts'
export { runRaftKillSuite } from './raft-kill-suite.ts'
export { runRaftScript } from './script.ts'
