/** Runs of the fault suite on the built modules: it spawns its children from where it is itself. */
import type { FaultReport, FaultSuiteOptions, runFaultSuite } from '../../../src/conformance/fault/index.ts'

const built = (await import(new URL('../../../dist/src/conformance/index.js', import.meta.url).href)) as {
  readonly runFaultSuite: typeof runFaultSuite
}

/** Of 12 operations, unless said otherwise. */
export function run(options: FaultSuiteOptions): Promise<FaultReport> {
  return built.runFaultSuite({ seed: 3, operations: 12, ...options })
}

/** A run tries several times itself: so often in vain is no busy machine. */
export const attemptsMax = 5

/** Again, when the call to fail did not come where it came before: a busy machine moves it. */
export async function runUntilInjected(options: FaultSuiteOptions): Promise<FaultReport> {
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const report = await run(options)
    if (report.outcomes.missed === 0) return report
  }
  throw new Error(`The call that fault ${options.fault} lets fail never came in ${attemptsMax} runs`)
}
