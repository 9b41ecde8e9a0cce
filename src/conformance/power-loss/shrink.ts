/** Makes the set of lost writes as small as it can be while the failure stays. */
import type { Finding } from '../finding.ts'
import type { Disk } from './disk/disk.ts'
import { imageOf } from './disk/image.ts'
import type { DiskModel } from './disk/model.ts'
import type { Survivors } from './disk/unit.ts'
import type { ImageResults } from './image-results.ts'
import type { Issued } from './subject.ts'

export interface ShrinkOptions {
  readonly disk: Disk
  readonly model: DiskModel
  readonly issued: Issued
  readonly results: ImageResults<unknown>
}

export interface JudgedSurvivors {
  readonly survivors: Survivors
  readonly hash: string
  readonly findings: readonly Finding[]
}

/** Opens and judges one image. */
export async function judgeSurvivors(
  { disk, issued, results }: ShrinkOptions,
  survivors: Survivors,
): Promise<JudgedSurvivors> {
  const image = imageOf(disk, survivors)
  await results.open(image)
  return { survivors, hash: image.hash, findings: await results.findings(image.hash, issued) }
}

/** Gives back one lost write after the other, and takes it again where the failure went away. */
export async function shrinkLost(options: ShrinkOptions, failing: Survivors): Promise<JudgedSurvivors> {
  const pending = options.disk.pending()
  let best = await judgeSurvivors(options, failing)
  for (const { number } of pending) {
    if (best.survivors.get(number) === 'whole') continue
    const more = options.model.complete(pending, new Map([...best.survivors, [number, 'whole']]))
    const judged = await judgeSurvivors(options, more)
    if (judged.findings.length > 0) best = judged
  }
  return best
}
