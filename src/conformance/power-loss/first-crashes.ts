/** Images of a power loss that are kept, to be recovered later. */
import type { SeededRandom } from '../random.ts'
import type { Image } from './disk/image.ts'
import type { Issued } from './subject.ts'

/** An image of a first power loss, and what had been issued when the power went. */
export interface FirstCrash {
  readonly image: Image
  readonly issued: Issued
}

/** A sample of a run whose length is not known before its end. */
export class FirstCrashes {
  readonly #random: SeededRandom
  readonly #countMax: number
  readonly #kept: FirstCrash[] = []
  #offered = 0

  /** Keeps `countMax` of all that are offered, each as likely as any other. */
  constructor(random: SeededRandom, countMax: number) {
    this.#random = random
    this.#countMax = countMax
  }

  offer(image: Image, issued: Issued): void {
    const at = this.#random.integer(0, this.#offered++)
    if (at >= this.#countMax) return
    const place = this.#kept.length < this.#countMax ? this.#kept.length : at
    // The bytes are those of the disk, which goes on.
    const parts = image.parts.map(({ path, bytes }) => ({ path, bytes: bytes?.slice() }))
    this.#kept[place] = { image: { parts, hash: image.hash }, issued }
  }

  get kept(): readonly FirstCrash[] {
    return this.#kept
  }
}
