export { type DiskModelName, diskModelNames } from './disk/model.ts'
export { describePowerLoss } from './explain.ts'
export type { SecondCrashes } from './first-crashes.ts'
export type {
  PowerLossFailure,
  PowerLossProgress,
  PowerLossReport,
  PowerLossWorkload,
} from './power-loss-report.ts'
export {
  imagesDefault,
  type PowerLossSuiteOptions,
  runPowerLossSuite,
  takePower,
} from './power-loss-suite.ts'
export { refused as refusedRecording, subjectOfRecording } from './recording-file.ts'
export { type ReplayOptions, replayPowerLoss, replaySubject } from './replay.ts'
export { whyNotRecordable } from './trace/recorder.ts'
