export { type ContractSuiteOptions, runContractSuite } from './contract-suite.ts'
export { faultSuiteResult } from './fault-suite-result.ts'
export { killSuiteResult } from './kill-suite-result.ts'
export { powerLossSuiteResult } from './power-loss-suite-result.ts'
export { raftKillSuiteResult } from './raft-kill-suite-result.ts'
export {
  type CaseOutcome,
  type CaseResult,
  type ConformReport,
  createReport,
  type SuiteName,
  type SuiteResult,
  skippedSuite,
  suiteNames,
  type Totals,
  totalsOf,
} from './report.ts'
