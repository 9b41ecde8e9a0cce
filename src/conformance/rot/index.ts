export { parseDamage } from './exact-damage.ts'
export {
  badRotOutcomes,
  type RotArea,
  type RotFailure,
  type RotOutcome,
  type RotProgress,
  type RotReport,
  rotOutcomes,
} from './rot-report.ts'
export { describeRotStory } from './rot-story.ts'
export { type RotSuiteOptions, rotOperationsDefault, runRotSuite } from './rot-suite.ts'
