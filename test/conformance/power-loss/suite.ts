/** The power-loss suite as it is built: it spawns its children from where it is itself. */
import type {
  PowerLossReport,
  PowerLossSuiteOptions,
  replayPowerLoss,
  runPowerLossSuite,
} from '../../../src/conformance/power-loss/index.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'

export const built = (await import(
  new URL('../../../dist/src/conformance/index.js', import.meta.url).href
)) as {
  readonly runPowerLossSuite: typeof runPowerLossSuite
  readonly replayPowerLoss: typeof replayPowerLoss
}

/** One of the stores that are made for these tests. */
export const adapter = (name: string): URL => new URL(`./adapters/${name}.mjs`, import.meta.url)

export function run(options: PowerLossSuiteOptions): Promise<PowerLossReport> {
  return built.runPowerLossSuite({ directory: temporaryDirectory(), ...options })
}
