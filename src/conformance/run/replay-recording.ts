/** Makes the one failure again that a recording of a power loss holds, and runs nothing else. */
import { stateMachineUrlOf } from '../adapter.ts'
import { loadAdapter } from '../kill/index.ts'
import { refusedRecording, replayPowerLoss, subjectOfRecording } from '../power-loss/index.ts'
import { powerLossSuiteResult, type SuiteResult } from '../report/index.ts'
import { loadStateAdapter, replayStatePowerLoss } from '../state-machine/index.ts'

/**
 * @throws {InvalidArgumentError} the file is no recording of this version, or of another adapter, or has no image, or the module has
 *   no adapter
 */
export async function replayRecording(adapterUrl: string, recording: string): Promise<SuiteResult> {
  const { kind, adapter: recorded } = await subjectOfRecording(recording)
  const adapter = await loadAdapter(adapterUrl)
  const isOfState = kind === 'state-machine'
  const url = isOfState ? stateMachineUrlOf(adapter, adapterUrl) : adapterUrl
  const { name } = isOfState ? await loadStateAdapter(url) : adapter
  if (name !== recorded) {
    const what = `it is of the adapter "${recorded}", and this is "${name}"`
    throw refusedRecording(recording, `${what}: give that one with --adapter`)
  }
  const options = { adapterUrl: url, recording }
  if (!isOfState) return powerLossSuiteResult(await replayPowerLoss(options))
  return powerLossSuiteResult(await replayStatePowerLoss(options), 'state-power-loss')
}
