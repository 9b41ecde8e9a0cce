/** Images of a power loss whose recovery loses the power once more. */
import type { SeededRandom } from '../random.ts'
import type { ImageResults } from './image-results.ts'
import type { RecordedImage } from './recording-file.ts'
import type { RecoveryKinds } from './recovery-kinds.ts'
import type { Issued } from './subject.ts'

/** An image of a first power loss, by what it is made of, and what had been issued when the power went. */
export interface FirstCrash extends RecordedImage {
  readonly hash: string
  readonly issued: Issued
}

/** Of each workload: so many, and those of a new kind. `all`: each image once, unless its recovery writes nothing. */
export type SecondCrashes = number | 'all'

/** Recoveries that change the same files are much alike: so often in a run each kind is interrupted in any case. */
const crashesOfKindMin = 2
/** Of new kinds, in one workload. */
const newKindsMax = 4

interface Seen extends FirstCrash {
  readonly kind: string
}

export class FirstCrashes {
  readonly #random: SeededRandom
  readonly #kinds: RecoveryKinds
  readonly #offered = new Map<string, FirstCrash>()

  constructor(random: SeededRandom, kinds: RecoveryKinds) {
    this.#random = random
    this.#kinds = kinds
  }

  offer(one: FirstCrash): void {
    if (!this.#offered.has(one.hash) && !this.#kinds.wasInterrupted(one.hash))
      this.#offered.set(one.hash, one)
  }

  /** Those whose recovery is to be interrupted, in order. All images must be open. */
  async choose(count: SecondCrashes, results: ImageResults<unknown>): Promise<readonly FirstCrash[]> {
    if (count === 0) return []
    const seen: Seen[] = []
    for (const one of this.#offered.values()) {
      if ((await results.checked(one.hash)).kind !== 'opened') continue
      const kind = (await results.changes(one.hash))?.join(', ').replaceAll(/\d+/g, '#') ?? 'not told'
      this.#kinds.see(kind)
      seen.push({ ...one, kind })
    }
    const chosen = count === 'all' ? seen.filter(({ kind }) => kind !== '') : this.#sample(seen, count)
    for (const { hash, kind } of chosen) this.#kinds.interrupt(hash, kind)
    return chosen.toSorted((a, b) => a.moment - b.moment)
  }

  /** One of each new kind, and any others. */
  #sample(seen: readonly Seen[], count: number): Seen[] {
    const shuffled = this.#random.shuffled(seen)
    const byKind = new Map(shuffled.map((one) => [one.kind, one]))
    const isNew = ({ kind }: Seen): boolean => this.#kinds.timesOf(kind) < crashesOfKindMin
    const ofNewKinds = [...byKind.values()].filter(isNew).slice(0, newKindsMax)
    const others = shuffled.slice(0, Math.max(0, count - ofNewKinds.length))
    return [...new Set([...ofNewKinds, ...others])]
  }
}
