/** How a storage that is not Holdfast's is handed to the suites. */
export { AdapterError, type AdapterErrorKind, StoreFailure } from './adapter-error.ts'
export { Bridge } from './bridge/bridge.ts'
export { callsAhead, callsAheadVariable, goAhead, nobodysFile } from './bridge/calls-ahead.ts'
export {
  type BridgeAdapterOptions,
  bridgeLogAdapter,
  describeAdapter,
  stateMachineOnly,
} from './bridge-adapter.ts'
export {
  type Capabilities,
  type CapabilityName,
  capabilityValues,
  type FullCapabilities,
  fullCapabilities,
} from './capabilities.ts'
export {
  type AdapterDefinition,
  type AdapterDescription,
  checkMethods,
  type DefinedAdapter,
  defineAdapter,
  isDefinition,
} from './define-adapter.ts'
export { loadDefault, loadDefinition } from './load-definition.ts'
export { patienceMs, unhurriedVariable } from './patience.ts'
export { RaftStandIn } from './raft-port.ts'
export {
  type AdapterKind,
  type Awaitable,
  adapterKinds,
  type LogVerbs,
  mandatoryMethods,
  type PaxosVerbs,
  type RaftVerbs,
  type StateMachineVerbs,
  type VerbsByKind,
} from './verbs.ts'
