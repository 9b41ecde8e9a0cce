/** Rebuilds the image of a failure from its recording, and opens it again. Needs no strace. */
import { rmSync } from 'node:fs'
import { loadAdapter } from '../kill/load-adapter.ts'
import { CheckerPool } from './check/checker-pool.ts'
import { diskModels } from './disk/model.ts'
import { failureOf } from './explain.ts'
import { ImageResults } from './image-results.ts'
import { stateAt } from './moment-walk.ts'
import type { PowerLossReport } from './power-loss-report.ts'
import { type RecordingHead, readRecording, refused } from './recording-file.ts'
import { RunTally } from './run-tally.ts'
import { checkMsMax } from './settings.ts'
import { judgeSurvivors } from './shrink.ts'
import { type Subject, suiteOf } from './subject.ts'
import { subjectOf } from './subject-of.ts'
import { makeImagesDirectory } from './work-directory.ts'

const noReopenings = { reopenings: 0, reopenedMoments: 0 } as const

export interface ReplayOptions {
  readonly adapterUrl: URL | string
  /** The file that the failure names. */
  readonly recording: string
}

/**
 * Opens the one image of a recording that failed.
 * @throws {InvalidArgumentError} the file is no recording of this version, or has no image, or the module no adapter
 */
export async function replayPowerLoss(options: ReplayOptions): Promise<PowerLossReport> {
  const adapterUrl = String(options.adapterUrl)
  const subject = subjectOf(adapterUrl, await loadAdapter(adapterUrl))
  return replaySubject(() => subject, options)
}

/**
 * The same, of what `subjectOf` makes of the recording.
 * @throws as {@link replayPowerLoss}
 */
export async function replaySubject(
  ofRecording: (head: RecordingHead) => Subject,
  { adapterUrl, recording }: ReplayOptions,
): Promise<PowerLossReport> {
  const startedAt = performance.now()
  const { head, events, image } = await readRecording(recording)
  const subject = ofRecording(head)
  if (image === undefined) throw refused(recording, 'it has no image that failed')
  if ((head.kind ?? 'log') !== subject.kind) throw refused(recording, `it is not of a ${subject.kind}`)
  const { model, seed, workload } = head
  const directory = makeImagesDirectory()
  const pool = new CheckerPool<unknown>({
    adapterUrl: String(adapterUrl),
    ...{ directory, name: head.directory, size: 1, checkMsMax, program: subject.checker },
  })
  const results = new ImageResults(pool, subject.judge)
  const tally = new RunTally({ subject, seed, model, images: 1, results, onProgress: undefined })
  try {
    const { disk, issued } = stateAt({ events, subject }, model, image)
    const judged = await judgeSurvivors({ disk, model: diskModels[model], issued, results }, image.survivors)
    const failure = failureOf({
      ...{ subject, workload, model, issued, recording, ...judged },
      pending: disk.pending(),
      checked: await results.checked(judged.hash),
      replay: `holdfast conform --suite ${suiteOf(subject)} --replay ${recording}`,
    })
    const isLegal = judged.findings.length === 0
    const figures = { number: workload, moments: 1, images: 1, durationMs: performance.now() - startedAt }
    tally.add(
      { ...figures, cannotJudge: undefined, secondCrashes: 0, secondMoments: 0, ...noReopenings, isLegal },
      issued,
      isLegal ? undefined : failure,
    )
    return tally.report()
  } finally {
    await pool.close()
    rmSync(directory, { recursive: true, force: true })
  }
}
