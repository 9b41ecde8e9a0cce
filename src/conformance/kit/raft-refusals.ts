/**
 * Which error the contract of Raft storage has for what a stranger's refused. That it is refused, and changes nothing, is the
 * stranger's; the class and its figures need not be.
 */
import {
  CompactedError,
  HardStateRegressionError,
  InvalidArgumentError,
  UnavailableError,
} from '../../errors.ts'
import type { HardState, LogId, RaftEntry } from '../../raft/index.ts'
import { replacementRefusal } from './replacement-refusal.ts'

/** Where the log is. */
export interface RaftBounds {
  readonly boundary: LogId
  readonly lastIndex: number
}

/** `undefined`: the contract has none for it. */
export function raftRefusal(
  method: string,
  parameters: readonly unknown[],
  bounds: RaftBounds,
  stored: HardState | undefined,
): Error | undefined {
  const [first, second] = parameters
  switch (method) {
    case 'entry':
      return outside(first as number, first as number, bounds)
    case 'term':
      return outside((first as number) + 1, first as number, bounds)
    case 'entries':
      if ((first as number) > (second as number)) return invalid('low')
      return outside(first as number, (second as number) - 1, bounds)
    case 'truncate':
      return outside(first as number, 0, bounds)
    case 'append':
      return ofBatch(first as readonly RaftEntry[], bounds)
    case 'replaceSuffix':
      return ofReplacement(first as number, second as readonly RaftEntry[], bounds)
    case 'purge':
      return outside(bounds.lastIndex + 1, (first as LogId).index, bounds) ?? invalid('upTo')
    case 'installSnapshot':
      return isPlace(first as LogId)
        ? (outside((first as LogId).index + 1, 0, bounds) ?? invalid('id'))
        : invalid('id')
    case 'save':
    case 'saveWith':
      return ofState(first as HardState | undefined, stored) ?? invalid('state')
    default:
      return undefined
  }
}

function isPlace({ index, term }: LogId): boolean {
  return index === 0 ? term === 0 : index > 0 && term >= 0
}

function invalid(argument: string): InvalidArgumentError {
  return new InvalidArgumentError(argument, `The storage has refused ${argument}`)
}

/** From `low` to `high`, both included: the one has to be above the boundary, the other not beyond the end. */
function outside(low: number, high: number, { boundary, lastIndex }: RaftBounds): Error | undefined {
  const firstIndex = boundary.index + 1
  if (low < firstIndex) return new CompactedError({ index: low, firstIndex, compactedIndex: firstIndex })
  if (high <= lastIndex) return undefined
  return new UnavailableError({ index: high, lastIndex }, `${high} is beyond the end, ${lastIndex}`)
}

function ofBatch(entries: readonly RaftEntry[], bounds: RaftBounds): Error | undefined {
  const [first] = entries
  const isInOrder = entries.every(({ index }, at) => index === (first?.index ?? 0) + at)
  if (first === undefined || !isInOrder) return invalid('entries')
  return ofReplacement(first.index, entries, bounds)
}

function ofReplacement(from: number, entries: readonly RaftEntry[], bounds: RaftBounds): Error | undefined {
  const firstIndex = bounds.boundary.index + 1
  const log = { firstIndex, nextIndex: bounds.lastIndex + 1, compactedIndex: firstIndex }
  return replacementRefusal(from, entries, log) ?? invalid('entries')
}

function ofState(given: HardState | undefined, stored: HardState | undefined): Error | undefined {
  if (given === undefined || stored === undefined) return undefined
  const isSameTerm = given.currentTerm === stored.currentTerm
  const changesVote = isSameTerm && stored.votedFor !== undefined && given.votedFor !== stored.votedFor
  if (given.currentTerm >= stored.currentTerm && !changesVote) return undefined
  return new HardStateRegressionError('log', stored, given)
}
