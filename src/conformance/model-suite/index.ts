/** The model suite: generated histories against the reference model, with crashes. */
export type { ModelProgress, ModelReport } from './model-report.ts'
export {
  historiesDefault,
  type ModelSuiteOptions,
  modelCases,
  replayModel,
  runModelSuite,
} from './model-suite.ts'
export { type ModelTheme, modelThemes } from './themes.ts'
