// Pure: the value of every entry follows from the seed, its index, and how often the log was cut below it.
import { createRandom } from '../bench/random.mjs'

const poolBytes = 1 << 20
/** Shares of a thousand, and the sizes in bytes they have. */
const sizesByKind = {
  /** Most are small, some fill a page, a few take many pages. */
  mixed: [
    { share: 700, min: 0, max: 300 },
    { share: 200, min: 300, max: 1500 },
    { share: 90, min: 1500, max: 4100 },
    { share: 9, min: 4100, max: 32_000 },
    { share: 1, min: 100_000, max: 400_000 },
  ],
  /** Half take many neighbouring pages, up to what the report of lmdb-js #321 had: the free list has the most to do. */
  large: [
    { share: 500, min: 0, max: 4100 },
    { share: 400, min: 4100, max: 40_000 },
    { share: 100, min: 100_000, max: 200_000 },
  ],
}

export const valueKinds = Object.keys(sizesByKind)

/** Returns `entryOf(index, cut)`. */
export function createEntryOf(seed, kind) {
  const sizes = sizesByKind[kind]
  const fill = createRandom(seed)
  const pool = Buffer.alloc(poolBytes)
  for (let offset = 0; offset < poolBytes; offset += 4) pool.writeUInt32LE(fill(), offset)
  return (index, cut) => {
    const random = createRandom(seed + Math.imul(index, 0x9e3779b1) + Math.imul(cut, 0x85ebca77))
    const bytes = sizeOf(sizes, random() % 1000, random())
    const from = random() % (poolBytes - bytes)
    const value = Buffer.from(pool.subarray(from, from + bytes))
    if (bytes >= 8) {
      value.writeUInt32LE(index >>> 0, 0)
      value.writeUInt32LE(cut >>> 0, 4)
    }
    return value
  }
}

function sizeOf(sizes, draw, luck) {
  let below = 0
  for (const { share, min, max } of sizes) {
    below += share
    if (draw < below) return min + (luck % (max - min))
  }
  throw new Error('The shares are not a thousand')
}
