export { caseFamilies } from './case-ids.ts'
export {
  type CaseOutcome,
  type CaseResult,
  caseOutcomes,
  isBad,
  type Level,
  levels,
  type Totals,
  totalsOf,
} from './case-result.ts'
export { tokenOf } from './case-token.ts'
export { type ContractSuiteOptions, runContractSuite } from './contract-suite.ts'
export { describeVerdict } from './describe-verdict.ts'
export { ExpectationError } from './expectation-error.ts'
export {
  type Expectation,
  expectationFile,
  formatExpectations,
  parseExpectations,
  updateExpectations,
} from './expectations.ts'
export { faultSuiteResult } from './fault-suite-result.ts'
export type { Host } from './host.ts'
export { killSuiteResult, scriptSuiteResult } from './kill-suite-result.ts'
export { describeMissing } from './missing.ts'
export { powerLossSuiteResult } from './power-loss-suite-result.ts'
export { raftKillSuiteResult } from './raft-kill-suite-result.ts'
export {
  assertReplayable,
  decodeToken,
  encodeToken,
  isReplayToken,
  type ReplayToken,
} from './replay-token.ts'
export { ReplayTokenError } from './replay-token-error.ts'
export {
  type ConformReport,
  createReport,
  type ReportedAdapter,
  type ReportInput,
  reportSchema,
} from './report.ts'
export { rotSuiteResult } from './rot-suite-result.ts'
export { stateKillSuiteResult } from './state-kill-suite-result.ts'
export type { BrokenRule, FailureStory, StoryEnding, StoryOperation, UnsyncedCall } from './story.ts'
export {
  inconclusiveSuite,
  levelOfSuite,
  type SuiteName,
  type SuiteResult,
  skippedSuite,
  suiteNames,
} from './suite-result.ts'
export { isNewerThan, suiteVersion } from './suite-version.ts'
export {
  exitCodeOfVerdict,
  type LevelResult,
  type Verdict,
  type VerdictOptions,
  verdictOf,
} from './verdict.ts'
export * from './write/index.ts'
