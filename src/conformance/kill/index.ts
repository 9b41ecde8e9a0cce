export { describeFailure, describeShrunk, describeStory, endedOf, withNotes } from './explain.ts'
export type { KillFailure, KillProgress, KillReport, KillVerdict, ShrunkFailure } from './kill-report.ts'
export {
  type KillOptions,
  type KillSuiteOptions,
  killsDefault,
  runKillSuite,
} from './kill-suite.ts'
export { loadAdapter } from './load-adapter.ts'
export type { KillKind, LaneName } from './schedule.ts'
export { type ReplayedScript, replayScript } from './script/replay-script.ts'
export { runScript } from './script/run-script.ts'
export { isScript, parseScript, type Script } from './script/script.ts'
