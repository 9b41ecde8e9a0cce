/** A run of the suites as a whole. */
export {
  budgetMsOf,
  type ConformanceOptions,
  type RunProgress,
  seedOf,
  shrinkMsOf,
  suitesOf,
} from './options.ts'
export { probeAdapter } from './probe.ts'
export { type ReplayTokenOptions, replayToken } from './replay.ts'
export { replayRecording } from './replay-recording.ts'
export { runConformance } from './run-conformance.ts'
export { selectCases } from './select-cases.ts'
export { whyNotRun } from './why-not-run.ts'
