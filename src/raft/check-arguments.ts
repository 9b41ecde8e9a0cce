/** The public edge of Raft storage: batches, places and hard states are checked here before anything is planned. */
import { checkIndex, show } from '../arguments.ts'
import { HardStateRegressionError, InvalidArgumentError } from '../errors.ts'
import { entryKinds, type LogId, type RaftEntry } from './entry.ts'
import type { HardState } from './hard-state-store.ts'
import type { ServerId, Vote } from './records.ts'

const serverIdBytesMax = 255

/** @throws {InvalidArgumentError} `index` is not a safe integer >= 1 */
export function checkRaftIndex(argument: string, index: unknown): asserts index is number {
  checkIndex(argument, index)
  if (index > 0) return
  throw new InvalidArgumentError(
    argument,
    `Cannot use 0 as ${argument}: the indexes of a Raft log begin at 1; index 0 has term 0 and no entry`,
  )
}

export function checkTerm(argument: string, term: unknown): asserts term is number {
  if (Number.isSafeInteger(term) && (term as number) >= 0) return
  throw new InvalidArgumentError(
    argument,
    `Cannot use ${show(term)} as ${argument}: a term is an integer from 0 to ${Number.MAX_SAFE_INTEGER}`,
  )
}

export function checkLogId(argument: string, id: unknown): asserts id is LogId {
  if (typeof id !== 'object' || id === null) {
    throw new InvalidArgumentError(argument, `Cannot use ${show(id)} as ${argument}: give { index, term }`)
  }
  const { index, term } = id as Partial<LogId>
  checkIndex(`${argument}.index`, index)
  checkTerm(`${argument}.term`, term)
  if (index > 0 || term === 0) return
  throw new InvalidArgumentError(
    `${argument}.term`,
    `Cannot use term ${term} at index 0: nothing comes before the first entry, and its term is 0`,
  )
}

/** Everything about a batch that does not depend on the log. @throws {InvalidArgumentError} */
export function checkEntries(entries: readonly RaftEntry<unknown>[]): void {
  if (!Array.isArray(entries)) {
    throw new InvalidArgumentError('entries', `Cannot append ${show(entries)}: give an array of entries`)
  }
  let previous: LogId | undefined
  // Not forEach, which skips the holes of a sparse array.
  for (let position = 0; position < entries.length; position++) {
    previous = checkEntry(`entries[${position}]`, entries[position], previous)
  }
}

function checkEntry(name: string, entry: RaftEntry<unknown> | undefined, previous: LogId | undefined): LogId {
  if (typeof entry !== 'object' || entry === null) {
    throw new InvalidArgumentError(name, `Cannot append ${show(entry)}: give { index, term, kind, data }`)
  }
  checkRaftIndex(`${name}.index`, entry.index)
  checkTerm(`${name}.term`, entry.term)
  if (!entryKinds.includes(entry.kind)) {
    throw new InvalidArgumentError(
      `${name}.kind`,
      `Cannot append an entry of kind ${show(entry.kind)}: give one of ${entryKinds.join(', ')}`,
    )
  }
  if (previous === undefined) return entry
  if (entry.index !== previous.index + 1) {
    throw new InvalidArgumentError(
      `${name}.index`,
      `Cannot append index ${entry.index} after index ${previous.index}: a batch has no gap and no index twice`,
    )
  }
  checkTermOrder(`${name}.term`, previous, entry)
  return entry
}

/** @throws {InvalidArgumentError} the term goes down from `previous` to `next` */
export function checkTermOrder(argument: string, previous: LogId, next: LogId): void {
  if (next.term >= previous.term) return
  throw new InvalidArgumentError(
    argument,
    `Cannot put term ${next.term} at index ${next.index} after term ${previous.term} at index ${previous.index}: ` +
      'terms never go down along a log',
  )
}

export function checkHardState(state: unknown): asserts state is HardState {
  if (typeof state !== 'object' || state === null) {
    throw new InvalidArgumentError(
      'state',
      `Cannot save ${show(state)} as hard state: give { currentTerm, votedFor, commit? }`,
    )
  }
  const { currentTerm, votedFor, commit } = state as Partial<HardState>
  checkTerm('state.currentTerm', currentTerm)
  if (votedFor !== undefined) checkServerId('state.votedFor', votedFor)
  if (commit !== undefined) checkIndex('state.commit', commit)
}

function checkServerId(argument: string, id: unknown): asserts id is ServerId {
  if (Number.isSafeInteger(id) && (id as number) >= 0) return
  if (
    typeof id === 'string' &&
    id.length > 0 &&
    Buffer.byteLength(id) <= serverIdBytesMax &&
    isWellFormed(id)
  )
    return
  throw new InvalidArgumentError(
    argument,
    `Cannot use ${show(id)} as ${argument}: a server's id is an integer from 0 to ${Number.MAX_SAFE_INTEGER}, ` +
      `or a text of 1 to ${serverIdBytesMax} bytes of UTF-8`,
  )
}

/** @throws {HardStateRegressionError} `given` is behind `stored` */
export function checkNoRegression(log: string, stored: Vote, given: Vote): void {
  if (given.currentTerm > stored.currentTerm) return
  const isSameTerm = given.currentTerm === stored.currentTerm
  if (isSameTerm && (stored.votedFor === undefined || stored.votedFor === given.votedFor)) return
  throw new HardStateRegressionError(
    log,
    { currentTerm: stored.currentTerm, votedFor: stored.votedFor },
    { currentTerm: given.currentTerm, votedFor: given.votedFor },
  )
}

/** A lone surrogate would be stored as another id than it was given. */
function isWellFormed(text: string): boolean {
  return Buffer.from(text, 'utf8').toString('utf8') === text
}
