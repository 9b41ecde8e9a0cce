/** At which moments of a workload its process is killed, to see what the next one makes of what was not synced. */
import type { SeededRandom } from '../random.ts'
import type { Disk } from './disk/disk.ts'
import type { ImageResults } from './image-results.ts'

export interface KillMoment {
  /** How many events of the recording had come, the last of them included. */
  readonly events: number
  /** The last one is a synced write whose bytes the kernel has, and which has not returned. */
  readonly isWithin: boolean
}

/** What a loss of power could leave at the moment: two images that were opened. */
export interface LeftAtMoment {
  /** Of the one with nothing of what is not synced. */
  readonly durable: string | undefined
  /** Of the one with all of it, which is what the next process sees. */
  readonly visible: string | undefined
}

/** Moments at which the same kinds of things are pending are much alike: so often in a run each kind is killed at in any case. */
const killsOfKindMin = 3

/** How often each kind of moment was killed at, in all workloads of a run. */
export type KillCounts = Map<string, number>

interface Offered extends KillMoment, LeftAtMoment {
  readonly kind: string
}

export class KillMoments {
  readonly #random: SeededRandom
  readonly #counts: KillCounts
  readonly #offered: Offered[] = []

  constructor(random: SeededRandom, counts: KillCounts) {
    this.#random = random
    this.#counts = counts
  }

  /** A moment with nothing pending is none: a killed process leaves what is durable. */
  offer(moment: KillMoment, left: LeftAtMoment, disk: Disk): void {
    const pending = disk.pending()
    if (pending.length === 0) return
    const labels = pending.map((unit) => {
      const label = disk.nodes.get(unit.node)?.label
      return unit.kind === 'entry' ? `name ${label}/${unit.name}` : `${unit.kind} ${label}`
    })
    const kinds = [...new Set(labels)].sort().join(', ').replaceAll(/\d+/g, '#')
    this.#offered.push({
      ...moment,
      ...left,
      kind: moment.isWithin ? `within a synced write: ${kinds}` : kinds,
    })
  }

  /**
   * At most `countMax` of them, in order: those at which the store shows what is not durable. Where there are none of these, one of
   * the others. All images must be open.
   */
  async choose(
    countMax: number,
    results: Pick<ImageResults<unknown>, 'isSame'>,
  ): Promise<readonly KillMoment[]> {
    const isShowing = await Promise.all(this.#offered.map((one) => showsMore(one, results)))
    const showing = this.#offered.filter((_, at) => isShowing[at])
    if (showing.length === 0) return this.#chooseOf(this.#offered, Math.min(1, countMax))
    return this.#chooseOf(showing, countMax)
  }

  /** The kinds that were killed at least, and one that was killed at often enough. */
  #chooseOf(offered: readonly Offered[], countMax: number): KillMoment[] {
    const countOf = (kind: string): number => this.#counts.get(kind) ?? 0
    const kinds = this.#random.shuffled([...new Set(offered.map(({ kind }) => kind))])
    const ordered = kinds.sort((a, b) => countOf(a) - countOf(b)).slice(0, countMax)
    const chosen = ordered.filter((kind, at) => at === 0 || countOf(kind) < killsOfKindMin)
    for (const kind of chosen) this.#counts.set(kind, countOf(kind) + 1)
    const moments = chosen.flatMap((kind) => this.#anyOf(offered.filter((one) => one.kind === kind)))
    return moments.sort((a, b) => a.events - b.events)
  }

  #anyOf(moments: readonly Offered[]): Offered[] {
    return this.#random.shuffled(moments).slice(0, 1)
  }
}

async function showsMore(
  { durable, visible }: LeftAtMoment,
  results: Pick<ImageResults<unknown>, 'isSame'>,
): Promise<boolean> {
  if (durable === undefined || visible === undefined || durable === visible) return false
  return !(await results.isSame(durable, visible))
}
