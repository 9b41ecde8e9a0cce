/** `holdfast conform --suite rot`. */
import {
  badRotOutcomes,
  type RotProgress,
  type RotReport,
  rotSuiteResult,
  runRotSuite,
  type SuiteResult,
  skippedSuite,
} from '../conformance/index.ts'
import type { ConformOptions } from './conform.ts'
import { defaultAdapterUrl, type FoundAdapter } from './find-adapter.ts'
import { startProgress } from './progress.ts'

/** Of a run of all suites: a few seconds. */
const damagesAmongAll = 500
const checkedUrl = new URL('./adapters/lmdb-checked.js', import.meta.url).href

/** The LMDB store is damaged twice: with its trees checked, which is judged, and as it is opened by default, which is told. */
export async function runRot(
  { adapter, url }: FoundAdapter,
  options: ConformOptions,
  signal: AbortSignal,
): Promise<SuiteResult> {
  if (!adapter.survivesProcess)
    return skippedSuite(
      'rot',
      `what ${adapter.name} commits does not outlive its process, as its adapter says`,
    )
  const isDefault = url === defaultAdapterUrl
  const report = await run('rot', isDefault ? checkedUrl : url, options, signal)
  if (!isDefault) return rotSuiteResult(report)
  return rotSuiteResult(report, await run('rot, default', url, { ...options, isObserving: true }, signal))
}

async function run(
  title: string,
  adapterUrl: string,
  options: ConformOptions & { readonly isObserving?: boolean },
  signal: AbortSignal,
): Promise<RotReport> {
  const { seed, suite, damage, operations, adapter: adapterArgument = '', isObserving } = options
  const damages = options.damages ?? (suite.includes('rot') ? undefined : damagesAmongAll)
  let progress: ReturnType<typeof startProgress> | undefined
  let told = 0
  const onProgress = (now: RotProgress): void => {
    progress ??= startProgress(title, now.damagesPlanned)
    // They are many and quick: most of them are not worth a line.
    if (now.damages < told + now.damagesPlanned / 10 && now.damages < now.damagesPlanned) return
    told = now.damages
    const bad = badRotOutcomes.map((outcome) => `${now.outcomes[outcome]} ${outcome}`).join(', ')
    progress.update(now.damages, `${now.outcomes.refused} refused, ${now.outcomes.intact} intact, ${bad}`)
  }
  try {
    return await runRotSuite({
      ...{ adapterUrl, adapterArgument, damages, damage, operations, seed, isObserving },
      ...{ signal, onProgress },
    })
  } finally {
    progress?.stop()
  }
}
