export {
  describeFaultFailure,
  type FaultFailure,
  type FaultOutcome,
  type FaultProgress,
  type FaultReport,
  type FaultVerdict,
} from './fault-report.ts'
export { type FaultSuiteOptions, faultOperationsDefault, runFaultSuite, whyNotFault } from './fault-suite.ts'
export type { FaultKind } from './plan.ts'
