/**
 * The process is killed, which loses nothing that the kernel has; another one opens the store, reads it, and shows that; and then
 * the power goes. What was never synced, by either of the two, may be gone: but what was shown may not.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { visibleImage, writeImage } from './disk/image.ts'
import type { DiskEvent } from './event.ts'
import type { KillMoment } from './kill-moments.ts'
import { MomentWalk } from './moment-walk.ts'
import { imagesPerMomentOfRecovery, type Recovery, type RecoveryOptions, recover } from './recovery.ts'

/** What was shown and is not durable is lost at the first of them: what comes later tries it with more that is not. */
const momentsAfterReading = 4

/** `events` are those of the whole workload. `undefined`: it cannot be judged. */
export async function killAndReopen(
  moment: KillMoment,
  events: readonly DiskEvent[],
  options: RecoveryOptions,
): Promise<Recovery | undefined> {
  const { subject, results, root, seed, name, model, file } = options
  const imagesPerMomentMax = imagesPerMomentOfRecovery
  const walk = new MomentWalk({ model, subject, results, seed, name, imagesPerMomentMax })
  const before = eventsUntil(moment, events)
  for (const event of before) {
    file.add(event)
    walk.skip(event)
  }
  const { disk } = walk
  const image = visibleImage(disk)
  await results.open(image)
  const kept = subject.positionOf(walk.issued, await results.checked(image.hash))
  if (kept === undefined) return undefined
  mkdirSync(root)
  try {
    writeImage(image, root)
    await walk.look()
    const known = { image, nodeCount: Math.max(...disk.nodes.keys()) + 1 }
    return await recover({ kept, known, eventsBefore: before.length, momentsAfterReading }, walk, options)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** A synced write that was interrupted is one that was not synced. */
function eventsUntil({ events: count, isWithin }: KillMoment, events: readonly DiskEvent[]): DiskEvent[] {
  const before = events.slice(0, count)
  const last = before.at(-1)
  if (isWithin && last !== undefined && 'isSynced' in last)
    before[before.length - 1] = { ...last, isSynced: false }
  return before
}
