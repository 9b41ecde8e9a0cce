/**
 * Everything that can be wrong with a chunk, found before anything of it is applied. What a client got committed is never wrong
 * here: it becomes a result.
 */
import { checkIndex, show } from '../../arguments.ts'
import { InvalidArgumentError } from '../../errors.ts'
import type { LogId } from '../../raft/index.ts'
import { ChunkRejectedError, DivergenceError, UndecodableEntryError } from '../errors.ts'
import type { DecodedEntry } from './apply.ts'
import { type Command, checkCommand, type TimedCommand } from './command.ts'

/** A committed entry, as it is handed in. The bytes in it are not changed, and not kept after the call. */
export interface ApplyEntry extends LogId {
  /** When its proposer said it was, in milliseconds. `undefined`: what its bytes say, if they do; else the clock does not move. */
  readonly time?: number | undefined
  /** Bytes are decoded by the state machine's codec. */
  readonly command: Command | Uint8Array
}

export interface ChunkLimits {
  /** Most entries of a chunk. */
  readonly entriesMax: number
  /** Most bytes of keys, values and encoded commands; a chunk of one entry may be larger. */
  readonly bytesMax: number
}

export const chunkLimitsDefault: ChunkLimits = { entriesMax: 4096, bytesMax: 16 * 1024 * 1024 }

export interface CheckedChunk {
  /** How many of its first entries are applied already. */
  readonly alreadyApplied: number
  readonly fresh: readonly DecodedEntry[]
}

export interface ChunkRules {
  readonly limits: ChunkLimits
  readonly decode: (bytes: Uint8Array) => TimedCommand
}

/**
 * @throws {InvalidArgumentError} an entry is of the wrong type @throws {ChunkRejectedError} the chunk is not a piece of a log that
 *   continues `applied`, or too large
 * @throws {DivergenceError} @throws {UndecodableEntryError} this replica must stop
 */
export function checkChunk(entries: readonly ApplyEntry[], applied: LogId, rules: ChunkRules): CheckedChunk {
  if (!Array.isArray(entries)) {
    throw new InvalidArgumentError('entries', `Cannot apply ${show(entries)}: give an array of entries`)
  }
  entries.forEach(checkEntry)
  checkSize(entries, rules.limits)
  checkOrder(entries)
  const alreadyApplied = entries.filter(({ index }) => index <= applied.index).length
  const known = entries[alreadyApplied - 1]
  if (known !== undefined) checkSameTerm(known, applied)
  const first = entries[alreadyApplied]
  if (first !== undefined) checkContinues(first, applied)
  return { alreadyApplied, fresh: entries.slice(alreadyApplied).map((entry) => decode(entry, rules)) }
}

function checkEntry(entry: ApplyEntry): void {
  if (typeof entry !== 'object' || entry === null) {
    throw new InvalidArgumentError(
      'entries',
      `Cannot apply ${show(entry)}: give entries with index, term and command`,
    )
  }
  checkIndex('index', entry.index)
  checkIndex('term', entry.term)
  if (entry.index === 0) {
    throw new InvalidArgumentError('index', 'Cannot apply entry 0: the first entry of a log has index 1')
  }
  if (entry.time !== undefined) checkIndex('time', entry.time)
  const { command } = entry as { readonly command: unknown }
  if (command === undefined || command === null) {
    throw new ChunkRejectedError('missingPayload', entry.index, 'it has no command')
  }
  if (!(command instanceof Uint8Array)) checkCommand(command)
}

function checkSize(entries: readonly ApplyEntry[], { entriesMax, bytesMax }: ChunkLimits): void {
  const [first] = entries
  if (first === undefined || entries.length === 1) return
  if (entries.length > entriesMax) {
    const what = `its chunk has ${entries.length} entries, and ${entriesMax} are the most`
    throw new ChunkRejectedError('tooLarge', first.index, what)
  }
  const bytes = entries.reduce((sum, { command }) => sum + bytesOf(command), 0)
  if (bytes <= bytesMax) return
  throw new ChunkRejectedError(
    'tooLarge',
    first.index,
    `its chunk has ${bytes} bytes, and ${bytesMax} are the most`,
  )
}

function bytesOf(command: Command | Uint8Array): number {
  if (command instanceof Uint8Array) return command.length
  switch (command.kind) {
    case 'noop':
      return 0
    case 'put':
      return command.key.length + command.value.length
    case 'cas':
      return command.key.length + command.value.length + (command.expected?.length ?? 0)
    case 'delete':
    case 'touch':
      return command.key.length
    case 'config':
      return command.membership.length
    default:
      return command satisfies never
  }
}

function checkOrder(entries: readonly ApplyEntry[]): void {
  entries.forEach(({ index, term }, at) => {
    const before = entries[at - 1]
    if (before === undefined || (index === before.index + 1 && term >= before.term)) return
    if (index <= before.index)
      throw new ChunkRejectedError('unordered', index, `it comes after entry ${before.index}`)
    if (index > before.index + 1) throw gap(index, before.index)
    throw regression(index, term, before.term)
  })
}

function checkSameTerm(known: LogId, applied: LogId): void {
  if (known.index !== applied.index || known.term === applied.term) return
  const { index } = applied
  throw new DivergenceError({ kind: 'term', index, here: applied.term, there: known.term })
}

function checkContinues({ index, term }: LogId, applied: LogId): void {
  if (index !== applied.index + 1) throw gap(index, applied.index)
  if (term < applied.term) throw regression(index, term, applied.term)
}

function gap(index: number, before: number): ChunkRejectedError {
  return new ChunkRejectedError(
    'gap',
    index,
    `the one before it is ${before}; hand in entries from ${before + 1} on`,
  )
}

function regression(index: number, term: number, before: number): ChunkRejectedError {
  return new ChunkRejectedError(
    'termRegression',
    index,
    `its term is ${term} and the one before it has ${before}`,
  )
}

function decode({ index, term, time, command }: ApplyEntry, rules: ChunkRules): DecodedEntry {
  if (!(command instanceof Uint8Array)) return { index, term, time, command }
  try {
    const decoded = rules.decode(command)
    checkCommand(decoded.command)
    if (decoded.time !== undefined) checkIndex('time', decoded.time)
    return { index, term, time: time ?? decoded.time, command: decoded.command }
  } catch (cause) {
    const { kind, what } =
      cause instanceof UndecodableEntryError
        ? cause
        : ({ kind: 'undecodable', what: 'bytes that its codec refuses' } as const)
    throw new UndecodableEntryError(kind, index, what, { cause })
  }
}
