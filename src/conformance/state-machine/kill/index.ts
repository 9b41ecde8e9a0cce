export type { StateOperation } from './history.ts'
export { runStateScript } from './script.ts'
export {
  runStateKillSuite,
  type StateKillFailure,
  type StateKillOptions,
  type StateKillReport,
} from './state-kill-suite.ts'
