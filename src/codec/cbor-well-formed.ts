/**
 * A look at CBOR before it is decoded (RFC 8949, section 5.3.1 and appendix C): is it one well-formed value, and of the part of
 * CBOR that we write? A decoder trusts more than stored bytes deserve: it reserves memory for what an array's head claims,
 * recurses as deep as they nest, and some tags let them define readers, repeat a part of themselves or count beyond it.
 */
import { isUtf8 } from 'node:buffer'
import { cborLimits } from './cbor-limits.ts'
import { readU32, readU64 } from './u64.ts'

const majorTypes = {
  unsigned: 0,
  negative: 1,
  bytes: 2,
  text: 3,
  array: 4,
  map: 5,
  tag: 6,
  simple: 7,
} as const

/** The tags that we write, and the major types of what may follow each. */
const tagged: ReadonlyMap<number, readonly number[]> = new Map([
  [1, [majorTypes.unsigned, majorTypes.simple]], // Date
  [2, [majorTypes.bytes]], // bigint
  [3, [majorTypes.bytes]], // negative bigint
  [64, [majorTypes.bytes]], // Uint8Array
  [258, [majorTypes.array]], // Set
  [259, [majorTypes.map]], // Map
])
const bigintTags: readonly number[] = [2, 3]
/** `false`, `true`, `null`, `undefined`, and floats of two, four and eight bytes. */
const simpleValues: readonly number[] = [20, 21, 22, 23, 25, 26, 27]

/** Says what is wrong with `bytes`, or `undefined` when they are one value as we write it. Never throws; time is linear. */
export function findCborDefect(bytes: Uint8Array): string | undefined {
  // Items still to come at each level of nesting.
  const open: number[] = [1]
  let at = 0
  /** The tag in front of the next item. */
  let tag: number | undefined
  while (open.length > 0) {
    const remaining = open[open.length - 1] ?? 0
    if (remaining === 0) {
      open.pop()
      continue
    }
    open[open.length - 1] = remaining - 1

    const head = readHead(bytes, at)
    if (typeof head === 'string') return head
    const { major, argument, headBytes } = head
    const defect = findTagDefect(tag, head, at)
    if (defect !== undefined) return defect
    tag = major === majorTypes.tag ? argument : undefined
    at += headBytes
    const left = bytes.length - at
    if (major === majorTypes.bytes || major === majorTypes.text) {
      if (argument > left) return `a string of ${argument} bytes at byte ${at} has ${left} left`
      if (major === majorTypes.text && !isUtf8(bytes.subarray(at, at + argument)))
        return `the text at byte ${at} is not UTF-8`
      at += argument
    } else if (major === majorTypes.array || major === majorTypes.map) {
      const items = major === majorTypes.map ? argument * 2 : argument
      if (items > left) return `${items} items claimed at byte ${at} cannot be in the ${left} bytes left`
      open.push(items)
    } else if (major === majorTypes.tag) {
      open.push(1)
    }
    // One level is the value itself.
    if (open.length > cborLimits.depth + 1) return `it is nested deeper than ${cborLimits.depth}`
  }
  return at === bytes.length ? undefined : `${bytes.length - at} bytes follow the value`
}

interface Head {
  readonly major: number
  readonly argument: number
  readonly headBytes: number
}

function findTagDefect(tag: number | undefined, { major, argument }: Head, at: number): string | undefined {
  if (major === majorTypes.tag && !tagged.has(argument))
    return `tag ${argument} at byte ${at} is none of ours`
  if (tag === undefined) return undefined
  if (!tagged.get(tag)?.includes(major)) return `what follows tag ${tag} at byte ${at} does not belong to it`
  if (bigintTags.includes(tag) && argument > cborLimits.bigintBytes)
    return `a bigint of ${argument} bytes at byte ${at} has more than ${cborLimits.bigintBytes}`
  return undefined
}

function readHead(bytes: Uint8Array, at: number): Head | string {
  const initial = bytes[at]
  if (initial === undefined) return `it ends after ${at} bytes, inside a value`
  const major = initial >> 5
  const info = initial & 0x1f
  if (major === majorTypes.simple && !simpleValues.includes(info)) return `byte ${at} has no meaning here`
  if (info < 24) return { major, argument: info, headBytes: 1 }
  // 28 to 30 mean nothing. 31 is an item of indefinite length, or its end: we write none.
  if (info > 27) return `byte ${at} has no meaning here`
  const argumentBytes = 1 << (info - 24)
  if (at + 1 + argumentBytes > bytes.length) return `it ends inside the head at byte ${at}`
  return { major, argument: readArgument(bytes, at + 1, argumentBytes), headBytes: 1 + argumentBytes }
}

function readArgument(bytes: Uint8Array, at: number, argumentBytes: number): number {
  switch (argumentBytes) {
    case 1:
      return bytes[at] ?? 0
    case 2:
      return (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)
    case 4:
      return readU32(bytes, at)
    default:
      return readU64(bytes, at)
  }
}
