export {
  type RaftKillFailure,
  type RaftKillOptions,
  type RaftKillReport,
  runRaftKillSuite,
} from './raft-kill-suite.ts'
