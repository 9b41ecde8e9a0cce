/** Fractions from 0 to below 1, all 53 bits of them random. */
export type Random = () => number

const WARM_UP_ROUNDS = 15

/**
 * A stream of fractions decided by `seed` and `name` alone, so that what one site draws does not depend on
 * how often the others were hit.
 * @see sfc32, Chris Doty-Humphrey 2010, PractRand: 128 bits of state, no period below 2^32
 */
export function createRandom(seed: number, name: string): Random {
  let a = seed | 0
  let b = hash(name, 0x811c9dc5)
  let c = hash(name, 0x9e3779b9)
  let counter = 1
  const next32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return sum >>> 0
  }
  // The first outputs still show how alike two seeds were.
  for (let round = 0; round < WARM_UP_ROUNDS; round++) next32()
  return () => {
    const high = next32() >>> 5
    const low = next32() >>> 6
    return (high * 2 ** 26 + low) / 2 ** 53
  }
}

/** FNV-1a over the code units of `name`, from `basis`. */
function hash(name: string, basis: number): number {
  let value = basis
  for (let at = 0; at < name.length; at++) value = Math.imul(value ^ name.charCodeAt(at), 0x01000193)
  return value | 0
}
