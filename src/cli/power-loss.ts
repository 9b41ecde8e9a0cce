/** `holdfast conform --suite power-loss`. */
import {
  imagesDefault,
  inconclusiveSuite,
  type PowerLossProgress,
  powerLossSuiteResult,
  replayPowerLoss,
  runPowerLossSuite,
  type SuiteResult,
  skippedSuite,
  whyNotRecordable,
} from '../conformance/index.ts'
import type { ConformOptions } from './conform.ts'
import type { FoundAdapter } from './find-adapter.ts'
import { startProgress } from './progress.ts'

/** Of a run of all suites, which should take less than a minute. */
const imagesAmongAll = 1_000
const linesMax = 20

export async function runPowerLoss(
  { adapter, url }: FoundAdapter,
  { seed, model, adapter: adapterArgument = '', directory, suite, images: asked }: ConformOptions,
  signal: AbortSignal,
): Promise<SuiteResult> {
  if (!adapter.survivesProcess) {
    const why = `what ${adapter.name} commits does not outlive its process, as its adapter says`
    return skippedSuite('power-loss', why, ['survivesProcess'])
  }
  const missing = whyNotRecordable()
  if (missing !== undefined) return inconclusiveSuite('power-loss', missing)
  const images = asked ?? (suite.includes('power-loss') ? imagesDefault : imagesAmongAll)
  const progress = startProgress('power-loss', images)
  let told = 0
  const onProgress = (now: PowerLossProgress): void => {
    const done = Math.min(now.images, images)
    // Images are many and quick: most of them are not worth a line.
    if (done < told + images / linesMax && done < images && now.failures === 0) return
    told = done
    const bad = now.failures > 0 ? `, ${now.failures} failed` : ''
    progress.update(done, `${now.workloads} workloads, ${now.ackedCommits} acked commits${bad}`)
  }
  try {
    const report = await runPowerLossSuite({
      ...{ adapterUrl: url, adapterArgument, images, seed, model, directory },
      ...{ signal, onProgress },
    })
    return powerLossSuiteResult(report)
  } finally {
    progress.stop()
  }
}

/** Opens the one image of a failure that was recorded. */
export async function replayRecording({ url }: FoundAdapter, recording: string): Promise<SuiteResult> {
  return powerLossSuiteResult(await replayPowerLoss({ adapterUrl: url, recording }))
}
