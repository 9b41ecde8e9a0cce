/** Reads a line that a storage said, and is strict: a suite that guesses what was meant would judge its guess. */
import { nearestName } from '../../../failpoints/nearest-name.ts'
import { AdapterError } from '../kit/index.ts'
import { type CommandName, errorFields, type Field, type FieldType, replyFields } from './commands.ts'
import { bytesIn } from './line-values.ts'
import { isPlain } from './plain-values.ts'
import { raftEntriesIn } from './raft-commands.ts'

export type Fields = Readonly<Record<string, unknown>>

/** A line is shown as long as a person reads it. */
const shownLength = 200

const documented = 'docs/line-protocol.md lists the fields of each reply'

/** The object that `line` is. @throws {AdapterError} it is none: `noise` when nothing about it looks like a reply */
export function parseLine(name: string, line: Uint8Array): Fields {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(line)
  } catch (cause) {
    const shown = showLine(new TextDecoder().decode(line))
    const message = `"${name}" wrote a line to standard output that is not UTF-8: ${shown}; bytes go there as base64`
    throw new AdapterError('protocol', message, { cause })
  }
  if (!text.trimStart().startsWith('{')) {
    const message = `"${name}" wrote to standard output, where only replies may be: ${showLine(text)}`
    throw new AdapterError('noise', `${message}; write it to standard error`)
  }
  try {
    return JSON.parse(text) as Fields
  } catch (cause) {
    const message = `"${name}" wrote a reply that is not JSON: ${showLine(text)}; a reply is one object on one line`
    throw new AdapterError('protocol', message, { cause })
  }
}

/** A part of what was said, for a message. */
export function showLine(text: string): string {
  if (text.trim() === '') return 'an empty line'
  return JSON.stringify(text.length > shownLength ? `${text.slice(0, shownLength)}...` : text)
}

/**
 * The fields of a reply to `command`, with bytes as bytes, checked one by one.
 * @throws {AdapterError} one is missing, of another type, or unknown
 * @throws {Error} the storage said that it failed: its `name` is the code, and `definite` is what it said
 */
export function fieldsOf(name: string, command: CommandName, reply: Fields): Fields {
  const { id: _, error, ...said } = reply
  const at = `"${name}" answered ${command} with ${showLine(JSON.stringify(reply))}`
  if (error !== undefined) throw errorOf(at, error)
  return checkFields(at, replyFields[command], said)
}

function errorOf(at: string, said: unknown): Error {
  if (!isObject(said)) return wrong(`${at}, where error is not an object`)
  const { definite, ...rest } = said
  if (typeof definite !== 'boolean') {
    return wrong(
      `${at}, where error.definite is ${definite === undefined ? 'missing' : 'not true or false'}: ` +
        'true says that the write did not happen and never will, false that it may be there, now or later',
    )
  }
  const known = Object.entries(errorFields).filter(([, field]) => field !== 'boolean')
  const { code, message, details } = checkFields(at, Object.fromEntries(known) as Record<string, Field>, rest)
  const error = new Error(String(message))
  return Object.assign(error, isObject(details) ? details : {}, { name: String(code), definite })
}

function checkFields(at: string, expected: Readonly<Record<string, Field>>, said: Fields): Fields {
  for (const key of Object.keys(said)) {
    if (key in expected) continue
    const nearest = nearestName(key, Object.keys(expected))
    throw wrong(
      `${at}: it has no field "${key}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`,
    )
  }
  const fields = Object.entries(expected).map(([key, { type, isOptional }]) => {
    const value = said[key]
    if (value === undefined && isOptional) return [key, undefined]
    if (value === undefined) throw wrong(`${at}: the field "${key}" is missing, ${described[type]}`)
    const decoded = decode(type, value)
    if (decoded === undefined) throw wrong(`${at}: the field "${key}" is not ${described[type]}`)
    return [key, decoded]
  })
  return Object.fromEntries(fields)
}

const described: Readonly<Record<FieldType, string>> = {
  index: `an integer from 0 to ${Number.MAX_SAFE_INTEGER}`,
  text: 'a text',
  texts: 'a list of texts',
  bytes: 'bytes as base64 with its padding',
  'bytes or null': 'bytes as base64 with its padding, or null',
  'bytes list': 'a list of bytes, each as base64 with its padding',
  object: 'an object',
  'object or null': 'an object, or null',
  objects: 'a list of objects',
  indexes: 'a list of integers of 0 or more',
  'plain object': 'an object, with bytes in it as {"base64":...}',
  'plain object or null': 'an object, with bytes in it as {"base64":...}, or null',
  'plain objects': 'a list of objects, with bytes in them as {"base64":...}',
  'raft entries': 'a list of entries, each with index, term, kind (command, noop or config) and data',
}

/** `undefined`: it is not of the type. */
function decode(type: FieldType, value: unknown): unknown {
  switch (type) {
    case 'index':
      return Number.isSafeInteger(value) && (value as number) >= 0 ? value : undefined
    case 'text':
      return typeof value === 'string' ? value : undefined
    case 'bytes':
      return bytesIn(value)
    case 'bytes or null':
      return value === null ? null : bytesIn(value)
    case 'object or null':
      return value === null || isObject(value) ? value : undefined
    case 'object':
      return isObject(value) ? value : undefined
    case 'texts':
      return listIn('text', value)
    case 'bytes list':
      return listIn('bytes', value)
    case 'objects':
      return listIn('object', value)
    case 'raft entries':
      return raftEntriesIn(value)
    case 'indexes':
      return listIn('index', value)
    case 'plain object':
      return isObject(value) && isPlain(value) ? value : undefined
    case 'plain object or null':
      return value === null || (isObject(value) && isPlain(value)) ? value : undefined
    case 'plain objects':
      return listIn('plain object', value)
    default:
      return type satisfies never
  }
}

function listIn(type: FieldType, value: unknown): readonly unknown[] | undefined {
  if (!Array.isArray(value)) return undefined
  const decoded = value.map((one) => decode(type, one))
  return decoded.includes(undefined) ? undefined : decoded
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function wrong(message: string): AdapterError {
  return new AdapterError('answer', `${message}; ${documented}`)
}
