/** Commands of the key-value state machine, and the bytes that they are in a log. See `docs/state-machine.md`. */
import { checkIndex, show } from '../../arguments.ts'
import { type Codec, readU32, readU64, writeU32, writeU64 } from '../../codec/index.ts'
import { InvalidArgumentError } from '../../errors.ts'
import { UndecodableEntryError } from '../errors.ts'

export type Command =
  /** Changes no key. With a time it moves the clock, and so lets leases expire. */
  | { readonly kind: 'noop' }
  /** Without `ttlMs` the key stays for good: an earlier lease of it is gone. */
  | {
      readonly kind: 'put'
      readonly key: Uint8Array
      readonly value: Uint8Array
      readonly ttlMs?: number | undefined
    }
  | { readonly kind: 'delete'; readonly key: Uint8Array }
  /** Puts if the value is `expected`; `null`: if there is no such key. */
  | {
      readonly kind: 'cas'
      readonly key: Uint8Array
      readonly expected: Uint8Array | null
      readonly value: Uint8Array
      readonly ttlMs?: number | undefined
    }
  /** Gives a key that is there a lease from now on. Its value and `modIndex` stay. */
  | { readonly kind: 'touch'; readonly key: Uint8Array; readonly ttlMs: number }
  | { readonly kind: 'config'; readonly membership: Uint8Array }

export const commandKinds = ['noop', 'put', 'delete', 'cas', 'touch', 'config'] as const

/** A command, and when its proposer said it was. */
export interface TimedCommand {
  readonly command: Command
  /** Milliseconds, from the leader's `ClusterClock`. `undefined`: the clock does not move. */
  readonly time?: number | undefined
}

const commandVersion = 1
const headerBytes = 3
const flags = { time: 1, ttl: 2, expected: 4 } as const
const allowedFlags: Readonly<Record<Command['kind'], number>> = {
  noop: flags.time,
  put: flags.time | flags.ttl,
  delete: flags.time,
  cas: flags.time | flags.ttl | flags.expected,
  touch: flags.time | flags.ttl,
  config: flags.time,
}

/**
 * The bytes of a command, for a log. Keys, values and times to live may be beyond the limits: that is a result, the same on every
 * replica, and not an error.
 * @throws {InvalidArgumentError} it is no command, or `time` or `ttlMs` is not a safe integer >= 0
 */
export function encodeCommand({ command, time }: TimedCommand): Uint8Array {
  checkCommand(command)
  if (time !== undefined) checkIndex('time', time)
  const parts = partsOf(command)
  if (parts.ttlMs !== undefined) checkIndex('ttlMs', parts.ttlMs)
  const has =
    (time === undefined ? 0 : flags.time) |
    (parts.ttlMs === undefined ? 0 : flags.ttl) |
    (parts.expected == null ? 0 : flags.expected)
  const header = Uint8Array.of(commandVersion, commandKinds.indexOf(command.kind) + 1, has)
  return Buffer.concat([
    header,
    ...(time === undefined ? [] : [u64(time)]),
    ...(parts.ttlMs === undefined ? [] : [u64(parts.ttlMs)]),
    ...(parts.key === undefined ? [] : [u32(parts.key.length), parts.key]),
    ...(parts.expected == null ? [] : [u32(parts.expected.length), parts.expected]),
    ...(parts.rest === undefined ? [] : [parts.rest]),
  ])
}

/**
 * The command that {@link encodeCommand} made `bytes` of. What it holds is a copy.
 * @throws {UndecodableEntryError} `unsupported`: a later version of Holdfast wrote it; `undecodable`: nothing did
 */
export function decodeCommand(bytes: Uint8Array): TimedCommand {
  const reader = new CommandReader(bytes)
  const version = reader.u8()
  const kind = commandKinds[reader.u8() - 1]
  const has = reader.u8()
  if (version > commandVersion) throw unsupported(`format version ${version}`)
  if (version === 0) throw undecodable('format version 0')
  if (kind === undefined) throw unsupported(`command kind ${bytes[1]}`)
  if ((has & ~allowedFlags[kind]) !== 0) throw undecodable(`flags ${has} on a ${kind}`)
  const time = (has & flags.time) === 0 ? undefined : reader.u64()
  const ttlMs = (has & flags.ttl) === 0 ? undefined : reader.u64()
  const command = decodeBody(kind, reader, { ttlMs, hasExpected: (has & flags.expected) !== 0 })
  return time === undefined ? { command } : { command, time }
}

/** The bytes of commands, as a codec: for a log that holds nothing else. */
export const commandCodec: Codec<TimedCommand> = { encode: encodeCommand, decode: decodeCommand }

function decodeBody(
  kind: Command['kind'],
  reader: CommandReader,
  { ttlMs, hasExpected }: { readonly ttlMs: number | undefined; readonly hasExpected: boolean },
): Command {
  switch (kind) {
    case 'noop':
      return reader.end({ kind })
    case 'put': {
      const key = reader.sized()
      return withTtl({ kind, key, value: reader.rest() }, ttlMs)
    }
    case 'delete':
      return reader.end({ kind, key: reader.sized() })
    case 'cas': {
      const key = reader.sized()
      const expected = hasExpected ? reader.sized() : null
      return withTtl({ kind, key, expected, value: reader.rest() }, ttlMs)
    }
    case 'touch':
      if (ttlMs === undefined) throw undecodable('a touch without a time to live')
      return reader.end({ kind, key: reader.sized(), ttlMs })
    case 'config':
      return { kind, membership: reader.rest() }
    default:
      return kind satisfies never
  }
}

function withTtl<T extends Command>(command: T, ttlMs: number | undefined): T {
  return ttlMs === undefined ? command : { ...command, ttlMs }
}

/**
 * Whether `command` is one, whatever its values are.
 * @throws {InvalidArgumentError} its kind is unknown, or a part of it is missing or of another type
 */
export function checkCommand(command: unknown): asserts command is Command {
  const kind = (command as Command | undefined)?.kind
  const given = command as Readonly<Record<string, unknown>>
  switch (kind) {
    case 'noop':
      return
    case 'put':
      checkParts(given, ['key', 'value'])
      return
    case 'delete':
      checkParts(given, ['key'])
      return
    case 'cas':
      if (given['expected'] !== null) checkParts(given, ['expected'])
      checkParts(given, ['key', 'value'])
      return
    case 'touch':
      if (given['ttlMs'] === undefined) throw badPart('ttlMs', undefined, 'a number')
      checkParts(given, ['key'])
      return
    case 'config':
      checkParts(given, ['membership'])
      return
    default:
      throw badPart('kind', kind satisfies undefined, `one of ${commandKinds.join(', ')}`)
  }
}

function checkParts(given: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  for (const name of names) {
    if (!(given[name] instanceof Uint8Array)) throw badPart(name, given[name], 'a Uint8Array')
  }
  const { ttlMs } = given
  if (ttlMs !== undefined && typeof ttlMs !== 'number') throw badPart('ttlMs', ttlMs, 'a number')
}

function badPart(part: string, found: unknown, wanted: string): InvalidArgumentError {
  return new InvalidArgumentError(
    'command',
    `Cannot use a command whose ${part} is ${show(found)}: give ${wanted}`,
  )
}

interface CommandParts {
  readonly ttlMs?: number | undefined
  readonly key?: Uint8Array
  readonly expected?: Uint8Array | null
  readonly rest?: Uint8Array
}

function partsOf(command: Command): CommandParts {
  switch (command.kind) {
    case 'noop':
      return {}
    case 'put':
    case 'cas':
      return { ...command, rest: command.value }
    case 'delete':
    case 'touch':
      return command
    case 'config':
      return { rest: command.membership }
    default:
      return command satisfies never
  }
}

class CommandReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    if (bytes.length < headerBytes)
      throw undecodable(`${bytes.length} bytes where at least ${headerBytes} belong`)
    this.#bytes = bytes
  }

  u8(): number {
    return this.#bytes[this.#take(1)] ?? 0
  }

  u64(): number {
    const value = readU64(this.#bytes, this.#take(8))
    if (!Number.isSafeInteger(value)) throw undecodable('a number beyond 2^53 - 1')
    return value
  }

  sized(): Uint8Array {
    const length = readU32(this.#bytes, this.#take(4))
    const from = this.#take(length)
    return new Uint8Array(this.#bytes.subarray(from, from + length))
  }

  rest(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(this.#at))
  }

  end<T>(command: T): T {
    const left = this.#bytes.length - this.#at
    if (left > 0) throw undecodable(`${left} bytes after its end`)
    return command
  }

  #take(count: number): number {
    const from = this.#at
    if (from + count > this.#bytes.length) throw undecodable('an early end')
    this.#at = from + count
    return from
  }
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  writeU32(bytes, 0, value)
  return bytes
}

function u64(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  writeU64(bytes, 0, value)
  return bytes
}

function undecodable(what: string): UndecodableEntryError {
  return new UndecodableEntryError('undecodable', undefined, what)
}

function unsupported(what: string): UndecodableEntryError {
  return new UndecodableEntryError('unsupported', undefined, what)
}
