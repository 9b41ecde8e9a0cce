/**
 * Generated operations on Raft storage, as an engine that keeps Raft's rules would call them, in a form that can be written as a
 * line of JSON. What is committed, by a snapshot or a commit index, is never truncated; a term is saved before its entries.
 */

import type { EntryKind, HardState, LogId } from '../../raft/index.ts'
import type { NamedValue } from '../history.ts'
import { withoutKinds } from '../promised-history.ts'
import type { SeededRandom } from '../random.ts'
import { sizeOfValue } from '../value-sizes.ts'
import { everyRaftCall, type RaftCalls } from './calls.ts'

export interface NamedEntry extends LogId {
  readonly kind: EntryKind
  readonly value: NamedValue
}

export type RaftHistoryOperation =
  | { readonly kind: 'append'; readonly entries: readonly NamedEntry[] }
  /** The same call, with entries whose terms differ from those that are there: of a kind of its own, to be killed in. */
  | { readonly kind: 'appendConflicting'; readonly entries: readonly NamedEntry[] }
  | { readonly kind: 'save'; readonly state: HardState }
  | { readonly kind: 'saveWith'; readonly state: HardState; readonly entries: readonly NamedEntry[] }
  | { readonly kind: 'truncate'; readonly from: number }
  | { readonly kind: 'purge'; readonly upTo: LogId }
  /** Of this node's own state. */
  | { readonly kind: 'takeSnapshot'; readonly at: LogId; readonly value: NamedValue }
  /** A leader's: it is published, and the log is told next. */
  | { readonly kind: 'receiveSnapshot'; readonly at: LogId; readonly value: NamedValue }
  | { readonly kind: 'installSnapshot'; readonly at: LogId }
  | { readonly kind: 'entries'; readonly low: number; readonly high: number }
  | { readonly kind: 'flush' }
  | { readonly kind: 'reopen' }

/** What generating needs to know of the storage. */
export interface RaftPlace {
  readonly boundary: LogId
  readonly last: LogId
  readonly hardState: HardState | undefined
  readonly newestSnapshot: LogId | undefined
  readonly termAt: (index: number) => number
}

const weights = {
  append: 20,
  appendAgain: 6,
  appendBeyond: 2,
  appendConflicting: 8,
  newLeader: 12,
  vote: 8,
  voteAgain: 2,
  commitIndex: 8,
  truncate: 4,
  takeSnapshot: 4,
  purge: 8,
  receiveSnapshot: 2,
  entries: 5,
  flush: 3,
  reopen: 3,
} as const

/** Above so many entries a history takes snapshots and purges, so that it may go on for ever. */
const entriesMany = 100

/** An endless history. Every choice is made by `random`, from what the storage is like at that moment. */
export class RaftHistoryGenerator {
  readonly #random: SeededRandom
  readonly #calls: RaftCalls
  readonly #weights: Readonly<Record<keyof typeof weights, number>>
  #valueNumber: number

  /** Values are numbered from `firstValue`: above all that were used before. */
  constructor(random: SeededRandom, firstValue: number, calls: RaftCalls = everyRaftCall) {
    this.#random = random
    this.#calls = calls
    this.#weights = withoutKinds(weights, leftOut(calls))
    this.#valueNumber = firstValue
  }

  next(place: RaftPlace): RaftHistoryOperation {
    const { newestSnapshot, last, boundary } = place
    // Published and not installed yet: nothing comes before that.
    if (newestSnapshot !== undefined && newestSnapshot.index > last.index)
      return {
        kind: 'installSnapshot',
        at: { index: newestSnapshot.index, term: newestSnapshot.term },
      }
    if (last.index - boundary.index > entriesMany && this.#random.chance(0.5)) {
      if (!this.#calls.snapshots) return this.#shorten(place)
      const isTaken = newestSnapshot !== undefined && newestSnapshot.index > boundary.index
      return isTaken ? this.#purge(place) : this.#takeSnapshot(place)
    }
    return this.#choose(place)
  }

  #choose(place: RaftPlace): RaftHistoryOperation {
    const { last } = place
    const choice = this.#random.weighted(this.#weights)
    switch (choice) {
      case 'append':
        return this.#append(place)
      case 'appendAgain':
        return this.#appendAgain(place)
      case 'appendBeyond':
        return { kind: 'append', entries: this.#entries(last.index + 3, currentTerm(place), 2) }
      case 'appendConflicting':
        return this.#appendConflicting(place)
      case 'newLeader':
        return this.#newLeader(place)
      case 'vote':
        return { kind: 'save', state: this.#vote(place) }
      case 'voteAgain':
        return { kind: 'save', state: { ...stateOf(place), votedFor: 'another' } }
      case 'commitIndex':
        return this.#commit(place)
      case 'truncate': {
        const lowest = this.#lowest(place)
        return { kind: 'truncate', from: this.#random.integer(lowest, Math.max(lowest, last.index + 2)) }
      }
      case 'takeSnapshot':
        return this.#takeSnapshot(place)
      case 'purge':
        return this.#purge(place)
      case 'receiveSnapshot': {
        if (!this.#calls.snapshots) return { kind: 'installSnapshot', at: this.#installed(place) }
        const at = { index: last.index + this.#random.integer(1, 5), term: currentTerm(place) }
        return { kind: choice, at, value: this.#value() }
      }
      case 'entries': {
        const low = this.#random.integer(Math.max(1, place.boundary.index - 1), last.index + 1)
        return { kind: choice, low, high: low + this.#random.integer(0, 6) }
      }
      case 'flush':
      case 'reopen':
        return { kind: choice }
      default:
        return choice satisfies never
    }
  }

  #append(place: RaftPlace): RaftHistoryOperation {
    const count = this.#random.chance(0.1) ? 40 : this.#random.integer(1, 6)
    return { kind: 'append', entries: this.#entries(place.last.index + 1, currentTerm(place), count) }
  }

  /** Some that are there, by their terms, and then some more. */
  #appendAgain(place: RaftPlace): RaftHistoryOperation {
    const { last, boundary } = place
    const from = Math.max(boundary.index + 1, last.index - this.#random.integer(0, 4))
    const there = Array.from({ length: Math.max(0, last.index - from + 1) }, (_, offset) => ({
      ...this.#entry(from + offset, place.termAt(from + offset)),
    }))
    const more = this.#entries(last.index + 1, currentTerm(place), this.#random.integer(0, 2))
    return { kind: 'append', entries: [...there, ...more] }
  }

  /** Entries of the current term, instead of some of an earlier one; the term was saved before. */
  #appendConflicting(place: RaftPlace): RaftHistoryOperation {
    const { last } = place
    const from = Math.max(this.#lowest(place), last.index + 1 - this.#random.integer(1, 5))
    const term = currentTerm(place)
    const isConflict = from <= last.index && place.termAt(from) < term
    if (!isConflict) return { kind: 'save', state: this.#vote(place) }
    return { kind: 'appendConflicting', entries: this.#entries(from, term, this.#random.integer(1, 5)) }
  }

  /** A new term, with entries of it that mostly replace some of the log's own. */
  #newLeader(place: RaftPlace): RaftHistoryOperation {
    const { last } = place
    const conflicting = this.#random.integer(0, 5)
    const back = this.#calls.appendConflicting ? conflicting : 0
    const from = Math.min(Math.max(this.#lowest(place), last.index + 1 - back), last.index + 1)
    const state = {
      ...this.#withCommit(place, Math.min(from - 1, last.index)),
      currentTerm: currentTerm(place) + 1,
      votedFor: undefined,
    }
    // Its entries come by other calls.
    if (!this.#calls.saveWith) return { kind: 'save', state }
    return {
      kind: 'saveWith',
      state,
      entries: this.#entries(from, state.currentTerm, this.#random.integer(0, 5)),
    }
  }

  #vote(place: RaftPlace): HardState {
    const state = this.#withCommit(place, place.last.index)
    const isOpen = state.votedFor === undefined && this.#random.chance(0.5)
    const term = isOpen ? state.currentTerm : state.currentTerm + 1
    return { ...state, currentTerm: term, votedFor: this.#random.pick([1, 2, 'three']) }
  }

  /** An engine hands its hard state over whole: what is committed may go on with the term or the vote. */
  #withCommit(place: RaftPlace, commitMax: number): HardState {
    const state = stateOf(place)
    if (commitMax < committed(place) || !this.#random.chance(0.3)) return state
    // Not far: what is committed is never replaced.
    const commit = Math.min(commitMax, committed(place) + this.#random.integer(0, 2))
    return { ...state, commit }
  }

  #takeSnapshot(place: RaftPlace): RaftHistoryOperation {
    const { boundary, last } = place
    if (last.index === 0) return this.#append(place)
    const index = this.#random.integer(Math.max(1, boundary.index), last.index)
    return { kind: 'takeSnapshot', at: { index, term: place.termAt(index) }, value: this.#value() }
  }

  /** Where no snapshot says how much was applied. */
  #shorten(place: RaftPlace): RaftHistoryOperation {
    if (!this.#calls.purge) return this.#append(place)
    return committed(place) > place.boundary.index + 1 ? this.#purge(place) : this.#commit(place)
  }

  #commit(place: RaftPlace): RaftHistoryOperation {
    const commit = this.#random.integer(committed(place), place.last.index)
    return { kind: 'save', state: { ...stateOf(place), commit } }
  }

  /** What an engine was sent by its leader: mostly beyond the end. */
  #installed(place: RaftPlace): LogId {
    const { boundary, last } = place
    const known = committed(place)
    if (known > boundary.index && this.#random.chance(0.3)) {
      const index = this.#random.integer(boundary.index + 1, known)
      return { index, term: place.termAt(index) }
    }
    return { index: last.index + this.#random.integer(1, 5), term: currentTerm(place) }
  }

  /** From where on entries may be taken back. */
  #lowest(place: RaftPlace): number {
    const lowest = committed(place) + 1
    const isFirst = place.boundary.index > 0 && lowest === place.boundary.index + 1
    return isFirst && !this.#calls.emptying ? lowest + 1 : lowest
  }

  #purge(place: RaftPlace): RaftHistoryOperation {
    const { boundary, newestSnapshot } = place
    const highest = this.#purgeable(place)
    if (newestSnapshot === undefined && this.#calls.snapshots) return this.#append(place)
    // Now and then one that changes nothing.
    const lowest = this.#random.chance(0.2) ? boundary.index : Math.min(boundary.index + 1, highest)
    const index = this.#random.integer(lowest, highest)
    return { kind: 'purge', upTo: { index, term: place.termAt(index) } }
  }

  #purgeable(place: RaftPlace): number {
    const { boundary, newestSnapshot, last } = place
    if (this.#calls.snapshots) return Math.max(boundary.index, newestSnapshot?.index ?? 0)
    const most = this.#calls.emptying ? last.index : last.index - 1
    return Math.max(boundary.index, Math.min(committed(place), most))
  }

  #entries(from: number, term: number, count: number): NamedEntry[] {
    return Array.from({ length: count }, (_, offset) => this.#entry(from + offset, term))
  }

  #entry(index: number, term: number): NamedEntry {
    const kind = this.#random.weighted({ command: 8, noop: 1, config: 1 })
    return { index, term, kind, value: this.#value() }
  }

  #value(): NamedValue {
    return { number: this.#valueNumber++, size: sizeOfValue(this.#random) }
  }
}

function leftOut(calls: RaftCalls): ReadonlySet<string> {
  const left: readonly (readonly [isLeft: boolean, choice: keyof typeof weights])[] = [
    [!calls.snapshots, 'takeSnapshot'],
    [!calls.installSnapshot || !calls.emptying, 'receiveSnapshot'],
    [!calls.appendConflicting, 'appendConflicting'],
    [!calls.purge, 'purge'],
  ]
  return new Set(left.flatMap(([isLeft, choice]) => (isLeft ? [choice] : [])))
}

function stateOf({ hardState }: RaftPlace): HardState {
  return hardState ?? { currentTerm: 0, votedFor: undefined }
}

function currentTerm(place: RaftPlace): number {
  return stateOf(place).currentTerm
}

/** Nothing at or below this index is taken back. */
function committed({ boundary, newestSnapshot, hardState, last }: RaftPlace): number {
  const highest = Math.max(boundary.index, newestSnapshot?.index ?? 0, hardState?.commit ?? 0)
  return Math.min(highest, last.index)
}
