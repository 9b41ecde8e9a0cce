/**
 * A look at CBOR before it is decoded (RFC 8949, section 5.3.1 and appendix C): is it one well-formed value, nested no deeper
 * than we allow, and does no array or map claim more items than the bytes can hold? A decoder reserves memory for what an
 * array's head claims, so nine bytes could otherwise ask for gigabytes.
 */
import { readU32, readU64 } from './u64.ts'

/** Deeper values than this are refused when encoding and when decoding: a recursive decoder ends on its stack. */
export const cborDepthMax = 500

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
const indefinite = -1

/** Says what is wrong with `bytes`, or `undefined` when they are one well-formed value. Never throws; time is linear. */
export function findCborDefect(bytes: Uint8Array): string | undefined {
  // Items still to come at each level of nesting; `indefinite` waits for a break.
  const open: number[] = [1]
  let at = 0
  while (open.length > 0) {
    const remaining = open[open.length - 1] ?? 0
    if (remaining === 0) {
      open.pop()
      continue
    }
    const initial = bytes[at]
    if (initial === undefined) return `it ends after ${at} bytes, inside a value`
    if (initial === 0xff) {
      if (remaining !== indefinite) return `a break at byte ${at} closes nothing`
      open.pop()
      at++
      continue
    }
    if (remaining !== indefinite) open[open.length - 1] = remaining - 1

    const head = readHead(bytes, at)
    if (typeof head === 'string') return head
    const { major, argument, headBytes } = head
    at += headBytes
    const left = bytes.length - at
    if (major === majorTypes.bytes || major === majorTypes.text) {
      if (argument === indefinite) open.push(indefinite)
      else if (argument > left) return `a string of ${argument} bytes at byte ${at} has ${left} left`
      else at += argument
    } else if (major === majorTypes.array || major === majorTypes.map) {
      const items = argument === indefinite ? indefinite : major === majorTypes.map ? argument * 2 : argument
      if (items > left) return `${items} items claimed at byte ${at} cannot be in the ${left} bytes left`
      open.push(items)
    } else if (major === majorTypes.tag) {
      open.push(1)
    }
    if (open.length > cborDepthMax) return `it is nested deeper than ${cborDepthMax}`
  }
  return at === bytes.length ? undefined : `${bytes.length - at} bytes follow the value`
}

interface Head {
  readonly major: number
  readonly argument: number
  readonly headBytes: number
}

function readHead(bytes: Uint8Array, at: number): Head | string {
  const initial = bytes[at] ?? 0
  const major = initial >> 5
  const info = initial & 0x1f
  if (info < 24) return { major, argument: info, headBytes: 1 }
  if (info === 31) {
    const mayBeIndefinite = major >= majorTypes.bytes && major <= majorTypes.map
    return mayBeIndefinite
      ? { major, argument: indefinite, headBytes: 1 }
      : `byte ${at} has no meaning in CBOR`
  }
  if (info > 27) return `byte ${at} has no meaning in CBOR`
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
