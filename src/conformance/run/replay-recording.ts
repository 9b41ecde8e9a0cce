/** Makes the one failure again that a recording of a power loss holds, and runs nothing else. */
import { stateMachineUrlOf } from '../adapter.ts'
import { loadAdapter } from '../kill/index.ts'
import { kindOfRecording, replayPowerLoss } from '../power-loss/index.ts'
import { powerLossSuiteResult, type SuiteResult } from '../report/index.ts'
import { replayStatePowerLoss } from '../state-machine/index.ts'

/** @throws {InvalidArgumentError} the file is no recording of this version, or has no image, or the module no adapter */
export async function replayRecording(adapterUrl: string, recording: string): Promise<SuiteResult> {
  if ((await kindOfRecording(recording)) === 'log') {
    return powerLossSuiteResult(await replayPowerLoss({ adapterUrl, recording }))
  }
  const adapter = await loadAdapter(adapterUrl)
  const report = await replayStatePowerLoss({ adapterUrl: stateMachineUrlOf(adapter, adapterUrl), recording })
  return powerLossSuiteResult(report, 'state-power-loss')
}
