/** `holdfast conform --suite sweep`, and the replay of what it found. */
import { replaySweep, runSweepSuite, type SuiteResult } from '../conformance/index.ts'
import type { ConformOptions } from './conform.ts'
import type { FoundAdapter } from './find-adapter.ts'
import { type Progress, startProgress } from './progress.ts'

export async function runSweep(
  { adapter }: FoundAdapter,
  { seed, directory, adapter: adapterArgument }: ConformOptions,
  signal: AbortSignal,
): Promise<SuiteResult> {
  let progress: Progress | undefined
  try {
    return await runSweepSuite(adapter, {
      ...{ seed, directory, adapterArgument, signal },
      onProgress: ({ trials, planned, failures }) => {
        progress ??= startProgress('sweep', planned)
        progress.update(trials, failures > 0 ? `${failures} failed` : '')
      },
    })
  } finally {
    progress?.stop()
  }
}

export function replayToken({ adapter }: FoundAdapter, token: string, options: ConformOptions): SuiteResult {
  const { directory, adapter: adapterArgument } = options
  return replaySweep(adapter, token, { directory, adapterArgument })
}
