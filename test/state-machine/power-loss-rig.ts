/** The power-loss suite, on state machines that are right and on those with one mistake. */
import type {
  replayStatePowerLoss,
  runStatePowerLossSuite,
} from '../../src/conformance/state-machine/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

type Options = Parameters<typeof runStatePowerLossSuite>[0]

// The built modules: the suite spawns its children from where it is itself.
export const built = (await import(
  new URL('../../dist/src/conformance/state-machine/index.js', import.meta.url).href
)) as {
  readonly runStatePowerLossSuite: typeof runStatePowerLossSuite
  readonly replayStatePowerLoss: typeof replayStatePowerLoss
}

export const lmdb = new URL('../../dist/src/cli/adapters/lmdb-state-machine.js', import.meta.url)
export const adapter = (name: string): URL => new URL(`./power-loss-mutants/${name}.mjs`, import.meta.url)

export function losePower(options: Options): ReturnType<typeof runStatePowerLossSuite> {
  return built.runStatePowerLossSuite({ directory: temporaryDirectory(), ...options })
}
