/** `holdfast conform --suite fault`. */
import {
  type FaultProgress,
  faultSuiteResult,
  inconclusiveSuite,
  runFaultSuite,
  type SuiteResult,
  skippedSuite,
  whyNotRecordable,
} from '../conformance/index.ts'
import type { ConformOptions } from './conform.ts'
import type { FoundAdapter } from './find-adapter.ts'
import { type Progress, startProgress } from './progress.ts'

/** Of a run of all suites: a few seconds. */
const faultsAmongAll = 12

export async function runFaults(
  { adapter, url }: FoundAdapter,
  options: ConformOptions,
  signal: AbortSignal,
): Promise<SuiteResult> {
  if (!adapter.survivesProcess) {
    const why = `what ${adapter.name} commits does not outlive its process, as its adapter says`
    return skippedSuite('fault', why, ['survivesProcess'])
  }
  const missing = whyNotRecordable()
  if (missing !== undefined) return inconclusiveSuite('fault', missing)
  const { seed, adapter: adapterArgument = '', directory, suite, fault, operations } = options
  const faults = options.faults ?? (suite.includes('fault') ? undefined : faultsAmongAll)
  let progress: Progress | undefined
  const onProgress = (now: FaultProgress): void => {
    progress ??= startProgress('fault', now.faultsPlanned)
    const { refused, poisoned, ended } = now.outcomes
    const bad = now.failures > 0 ? `, ${now.failures} failed` : ''
    progress.update(now.faults, `${refused} refused, ${poisoned} poisoned, ${ended} ended${bad}`)
  }
  try {
    const report = await runFaultSuite({
      ...{ adapterUrl: url, adapterArgument, faults, fault, operations, seed, directory },
      ...{ signal, onProgress },
    })
    return faultSuiteResult(report)
  } finally {
    progress?.stop()
  }
}
