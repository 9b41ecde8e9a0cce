/**
 * The power goes a second time, while the store recovers from the first: the recovery of some images is recorded itself, and what
 * a loss of power could leave of it is opened and judged in the same way.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { imageOf, writeImage } from './disk/image.ts'
import type { DiskEvent, WorkloadLine } from './event.ts'
import type { FirstCrash } from './first-crashes.ts'
import { MomentWalk, stateAt } from './moment-walk.ts'
import { imagesPerMomentOfRecovery, type Recovery, type RecoveryOptions, recover, take } from './recovery.ts'
import type { Issued } from './subject.ts'

/** Recovers the image, which is made from `events`, takes the power at each moment, and judges what is left. `undefined`: it cannot be judged. */
export async function crashAgain(
  { issued, survivors, ...at }: FirstCrash,
  events: readonly DiskEvent[],
  options: RecoveryOptions,
): Promise<Recovery | undefined> {
  const { subject, results, root, seed, name, model, file } = options
  const image = imageOf(stateAt({ events, subject }, model, at).disk, survivors)
  await results.open(image)
  const kept = subject.positionOf(issued, await results.checked(image.hash))
  if (kept === undefined) return undefined
  const imagesPerMomentMax = imagesPerMomentOfRecovery
  const walk = new MomentWalk({ model, subject, results, seed, name, imagesPerMomentMax })
  mkdirSync(root)
  try {
    writeImage(image, root)
    const lines = linesOf(issued)
    for (const line of lines) await take(walk, file, { kind: 'line', line })
    return await recover({ kept, found: image, eventsBefore: lines.length }, walk, options)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** What the process had said. */
function linesOf(issued: Issued): WorkloadLine<unknown>[] {
  return issued.flatMap(({ operation, outcome }): WorkloadLine<unknown>[] => {
    const intent = { kind: 'intent', operation } as const
    return outcome === undefined ? [intent] : [intent, { kind: 'ack', outcome }]
  })
}
