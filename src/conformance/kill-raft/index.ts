export {
  type RaftKillFailure,
  type RaftKillOptions,
  type RaftKillProgress,
  type RaftKillReport,
  runRaftKillSuite,
} from './raft-kill-suite.ts'
