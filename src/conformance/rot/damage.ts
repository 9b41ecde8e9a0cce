/** What can happen to the files of a closed store: which bits are flipped, and where files are cut. Pure. */
import type { Image } from '../power-loss/disk/image.ts'
import { SeededRandom } from '../random.ts'

export type Damage = (
  | { readonly kind: 'flip'; readonly path: string; readonly offset: number; readonly bit: number }
  | { readonly kind: 'cut'; readonly path: string; readonly bytes: number }
) & {
  /** Damages of one group are much alike. */
  readonly group: 'head' | 'zero' | 'page-header' | 'page' | 'cut'
}

/** What stores put first in a file they need most. */
export const headBytes = 8192
/** Where files are cut, and how far flips are spread. */
const pageBytes = 4096
const pageHeaderBytes = 24
const nearHeaderBytes = 128
const flipsNearHeader = 16
const flipsAnywhere = 24
const oddCuts = 16

/** Every damage that is tried, in order; the seed decides which bits, where it is not all of them. */
export function damagesOf({ parts }: Image, seed: number): Damage[] {
  return parts.flatMap(({ path, bytes }): Damage[] => {
    if (bytes === undefined || bytes.length === 0) return []
    const random = new SeededRandom(seed, `rot ${path}`)
    return [
      ...headFlips(path, bytes, random),
      ...pageFlips(path, bytes, random),
      ...cuts(path, bytes, random),
    ]
  })
}

/** Every byte of the head: each of its bits where it holds something, and one of them where it is zero. */
function headFlips(path: string, bytes: Uint8Array, random: SeededRandom): Damage[] {
  return [...bytes.subarray(0, headBytes)].flatMap((byte, offset) => {
    const bits = byte === 0 ? [random.integer(0, 7)] : [0, 1, 2, 3, 4, 5, 6, 7]
    const group = byte === 0 ? 'zero' : 'head'
    return bits.map((bit) => ({ kind: 'flip', path, offset, bit, group }) as const)
  })
}

/** Of each later page: every byte of its beginning, some behind that, and some anywhere. */
function pageFlips(path: string, bytes: Uint8Array, random: SeededRandom): Damage[] {
  const damages: Damage[] = []
  for (let page = headBytes; page < bytes.length; page += pageBytes) {
    const end = Math.min(page + pageBytes, bytes.length) - 1
    const flip = (wanted: number): void => {
      const offset = Math.min(wanted, end)
      const group = offset < page + nearHeaderBytes ? 'page-header' : 'page'
      damages.push({ kind: 'flip', path, offset, bit: random.integer(0, 7), group })
    }
    for (let at = 0; at < pageHeaderBytes; at++) flip(page + at)
    for (let left = flipsNearHeader; left > 0; left--)
      flip(page + random.integer(pageHeaderBytes, nearHeaderBytes - 1))
    for (let left = flipsAnywhere; left > 0; left--) flip(random.integer(page, end))
  }
  return damages
}

/** At each page, a byte before and behind it, and at lengths that nothing is made of. */
function cuts(path: string, { length }: Uint8Array, random: SeededRandom): Damage[] {
  const lengths = new Set<number>()
  for (let page = 0; page <= length; page += pageBytes) for (const by of [-1, 0, 1]) lengths.add(page + by)
  for (let left = oddCuts; left > 0; left--)
    lengths.add(random.integer(0, Math.floor((length - 1) / 2)) * 2 + 1)
  const shorter = [...lengths].filter((bytes) => bytes >= 0 && bytes < length).sort((a, b) => a - b)
  return shorter.map((bytes) => ({ kind: 'cut', path, bytes, group: 'cut' }))
}

/** The same files with that done to them. */
export function damaged({ parts, hash }: Image, damage: Damage): Image {
  const changed = parts.map(({ path, bytes }) => {
    return { path, bytes: path === damage.path && bytes !== undefined ? apply(bytes, damage) : bytes }
  })
  return { parts: changed, hash: `${hash} ${describeDamage(damage)}` }
}

function apply(bytes: Uint8Array, damage: Damage): Uint8Array {
  if (damage.kind === 'cut') return bytes.subarray(0, damage.bytes)
  const copy = Uint8Array.from(bytes)
  copy[damage.offset] = (copy[damage.offset] ?? 0) ^ (1 << damage.bit)
  return copy
}

export function describeDamage(damage: Damage): string {
  if (damage.kind === 'cut') return `${damage.path} cut to ${damage.bytes} bytes`
  return `bit ${damage.bit} of byte ${damage.offset} of ${damage.path} flipped`
}
