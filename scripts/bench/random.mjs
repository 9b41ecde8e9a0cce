// Random numbers that a seed makes again.

/** Returns a function that gives integers, 0 to 2^32 - 1, always the same ones for the same seed. */
export function createRandom(seed) {
  let state = seed >>> 0
  return () => {
    // A Weyl sequence through a mixer of 32 bits.
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
}

/** `count` values of `bytes` bytes each, which do not compress. */
export function createValues(seed, count, bytes) {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => {
    const value = Buffer.alloc(bytes)
    for (let offset = 0; offset < bytes; offset++) value[offset] = random()
    return value
  })
}
