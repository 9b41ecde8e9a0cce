export type { EngineName } from './engine.ts'
export type { SweepProgress, SweepReport, SweptEngine } from './sweep-report.ts'
export { replaySweep, runSweepSuite, type SweepSuiteOptions } from './sweep-suite.ts'
