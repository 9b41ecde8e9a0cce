/** The public edge: every index, key and value is checked here, once, before anything is planned. */
import { types } from 'node:util'
import { checkIndex, show } from '../arguments.ts'
import { InvalidArgumentError } from '../errors.ts'
import type { LogOp } from './log-store.ts'

/** Largest entry or metadata value, in bytes. */
export const valueBytesMax: number = 256 * 1024 * 1024
/** Longest metadata key, in bytes of UTF-8. */
export const metaKeyBytesMax = 255

const opKinds = ['append', 'replaceSuffix', 'trim', 'compact', 'setMeta', 'deleteMeta'] as const
const deferrableKinds: readonly string[] = ['trim', 'compact', 'setMeta', 'deleteMeta']

export function checkMetaKey(key: unknown): asserts key is string {
  const bytes = typeof key === 'string' ? Buffer.byteLength(key) : 0
  if (bytes >= 1 && bytes <= metaKeyBytesMax && isWellFormed(key as string)) return
  throw new InvalidArgumentError(
    'key',
    `Cannot use ${show(key)} as a metadata key: it is a string of 1 to ${metaKeyBytesMax} bytes of UTF-8`,
  )
}

export function checkOps(ops: readonly LogOp[]): void {
  if (!Array.isArray(ops)) {
    throw new InvalidArgumentError('ops', `Cannot write ${show(ops)}: give an array of operations`)
  }
  // Not forEach, which skips the holes of a sparse array.
  for (let position = 0; position < ops.length; position++) checkOp(ops[position] as LogOp)
}

export function checkDeferrable(ops: readonly LogOp[]): void {
  for (const { kind } of ops) {
    if (!deferrableKinds.includes(kind)) {
      throw new InvalidArgumentError(
        'ops',
        `Cannot defer "${kind}": an entry must be durable when it is acked, so commit it`,
      )
    }
  }
}

export function checkMaxBytes(maxBytes: unknown): void {
  if (typeof maxBytes === 'number' && maxBytes >= 0) return
  throw new InvalidArgumentError(
    'maxBytes',
    `Cannot read at most ${String(maxBytes)} bytes: give a number >= 0`,
  )
}

function checkOp(op: LogOp): void {
  switch (op?.kind) {
    case 'append':
      checkEntries(op.entries)
      break
    case 'replaceSuffix':
      checkIndex('from', op.from)
      checkEntries(op.entries)
      break
    case 'trim':
      checkIndex('upTo', op.upTo)
      break
    case 'compact':
      checkIndex('index', op.index)
      break
    case 'setMeta':
      checkMetaKey(op.key)
      checkValue('value', op.value)
      break
    case 'deleteMeta':
      checkMetaKey(op.key)
      break
    default:
      throw new InvalidArgumentError(
        'ops',
        `Cannot do ${show((op as { kind?: unknown } | undefined)?.kind ?? op)}: an operation's kind is one of ${opKinds.join(', ')}`,
      )
  }
}

function checkEntries(entries: unknown): void {
  if (!Array.isArray(entries)) {
    throw new InvalidArgumentError('entries', `Cannot append ${show(entries)}: give an array of Uint8Arrays`)
  }
  // Not forEach, which skips the holes of a sparse array.
  for (let position = 0; position < entries.length; position++) {
    const entry = entries[position]
    // The name of a good one is not needed, and making it would cost more than the check.
    if (!isStorable(entry)) checkValue(`entries[${position}]`, entry)
  }
}

/** Surely good: what is not may be good as well, and is looked at more closely. */
function isStorable(value: unknown): boolean {
  return value instanceof Uint8Array && value.length > 0 && value.length <= valueBytesMax
}

function checkValue(argument: string, value: unknown): void {
  // Not instanceof, which refuses those of other realms.
  if (!types.isUint8Array(value)) {
    throw new InvalidArgumentError(argument, `Cannot store ${show(value)} as ${argument}: give a Uint8Array`)
  }
  if (value.length === 0 && isDetached(value)) {
    throw new InvalidArgumentError(
      argument,
      `Cannot store ${argument}: its bytes were given away (its buffer is detached)`,
    )
  }
  if (value.length > valueBytesMax) {
    throw new InvalidArgumentError(
      argument,
      `Cannot store ${argument} of ${value.length} bytes: a value has at most ${valueBytesMax} bytes`,
    )
  }
}

function isDetached({ buffer }: Uint8Array): boolean {
  try {
    new Uint8Array(buffer, 0, 0)
    return false
  } catch {
    return true
  }
}

/** A lone surrogate would be stored as another key than it was given. */
function isWellFormed(text: string): boolean {
  return Buffer.from(text, 'utf8').toString('utf8') === text
}
