export {
  runStateKillSuite,
  type StateKillFailure,
  type StateKillOptions,
  type StateKillReport,
} from './state-kill-suite.ts'
