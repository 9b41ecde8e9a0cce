/** The suites that show whether a store keeps its promises. They know a store by its {@link LogAdapter} only. */
export type { AdapterOpenOptions, LogAdapter } from './adapter.ts'
export {
  type CaseContext,
  type ContractCase,
  casesFor,
  contractCases,
  missingIn,
  type Requirement,
  runContractCase,
} from './contract/index.ts'
export * from './fault/index.ts'
export type { Finding, FindingRule } from './finding.ts'
export {
  describeFailure,
  type KillFailure,
  type KillKind,
  type KillProgress,
  type KillReport,
  type KillSuiteOptions,
  type KillVerdict,
  killsDefault,
  type LaneName,
  loadAdapter,
  runKillSuite,
} from './kill/index.ts'
export * from './kill-raft/index.ts'
export {
  type AdapterDefinition,
  AdapterError,
  type AdapterErrorKind,
  type AdapterKind,
  type Awaitable,
  type Capabilities,
  type CapabilityName,
  type DefinedAdapter,
  defineAdapter,
  type LogVerbs,
  type PaxosVerbs,
  type RaftVerbs,
  type StateMachineVerbs,
} from './kit/index.ts'
export { commandAdapterUrl, type LineProtocolOptions, lineProtocolAdapter } from './line-protocol/index.ts'
export { LogModel, type ModelDeferrableOp, type ModelOp, ModelRefusal, type ModelView } from './model.ts'
export {
  historiesDefault,
  type ModelProgress,
  type ModelReport,
  type ModelSuiteOptions,
  type ModelTheme,
  modelCases,
  modelThemes,
  replayModel,
  runModelSuite,
} from './model-suite/index.ts'
export {
  type DiskModelName,
  describePowerLoss,
  diskModelNames,
  imagesDefault,
  type PowerLossFailure,
  type PowerLossProgress,
  type PowerLossReport,
  type PowerLossSuiteOptions,
  type PowerLossWorkload,
  type ReplayOptions,
  replayPowerLoss,
  runPowerLossSuite,
  whyNotRecordable,
} from './power-loss/index.ts'
export { seedMax } from './random.ts'
export * from './report/index.ts'
export * from './rot/index.ts'
export {
  budgetMsOf,
  type ConformanceOptions,
  type ReplayTokenOptions,
  type RunProgress,
  replayRecording,
  replayToken,
  runConformance,
  seedOf,
  selectCases,
  shrinkMsOf,
} from './run/index.ts'
export * from './state-machine/index.ts'
export * from './sweep/index.ts'
