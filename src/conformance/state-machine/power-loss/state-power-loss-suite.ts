/** The power-loss suite, for state machines. See `docs/power-loss.md`. */
import { randomInt } from 'node:crypto'
import {
  type PowerLossReport,
  type PowerLossSuiteOptions,
  type ReplayOptions,
  replaySubject,
  takePower,
} from '../../power-loss/index.ts'
import { seedMax } from '../../random.ts'
import { loadDurableStateAdapter } from '../load-state-adapter.ts'
import { stateSubject } from './state-subject.ts'

/**
 * Takes the power from a state machine while it applies, snapshots, installs, writes checkpoints and resets, at every moment, and
 * compares what comes back with the model. `adapterUrl` names the module of a {@link StateMachineAdapter}.
 * @throws as `runPowerLossSuite`
 */
export async function runStatePowerLossSuite(options: PowerLossSuiteOptions): Promise<PowerLossReport> {
  const { seed = randomInt(seedMax + 1) } = options
  const adapter = await loadDurableStateAdapter(options.adapterUrl)
  return takePower(stateSubject(String(options.adapterUrl), adapter, seed), { ...options, seed })
}

/**
 * Opens the one image of a recording that failed.
 * @throws as `replayPowerLoss`
 */
export async function replayStatePowerLoss(options: ReplayOptions): Promise<PowerLossReport> {
  const adapter = await loadDurableStateAdapter(options.adapterUrl)
  return replaySubject(({ seed }) => stateSubject(String(options.adapterUrl), adapter, seed), options)
}
