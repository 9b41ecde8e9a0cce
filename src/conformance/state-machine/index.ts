/** What every state machine promises, as cases that any runner can run, and a model and histories to judge one by. */
export { isStateAdapter, type StateMachineAdapter } from './adapter.ts'
export * from './kill/index.ts'
export { loadStateAdapter } from './load-state-adapter.ts'
export * from './power-loss/index.ts'
export { runStateCase } from './run-state-case.ts'
export type { StateCase, StateCaseContext } from './state-case.ts'
export { stateCases } from './state-cases.ts'
export { runStateSuite, type StateSuiteOptions } from './state-suite.ts'
