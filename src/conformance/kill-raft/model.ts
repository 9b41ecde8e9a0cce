/** Raft storage as one would write it without a disk: plain values, a new one for each change. Shares no code with the real one. */
import type { HardState, LogId } from '../../raft/index.ts'
import { labelOfValue } from '../history-model.ts'
import type { FullCapabilities } from '../kit/capabilities.ts'
import type { Outcome } from '../oracle.ts'
import type { NamedEntry, RaftHistoryOperation } from './history.ts'

/** An entry or a snapshot, with what it holds as a label. */
export interface Labelled extends LogId {
  readonly label: string
}

/** The log and the hard state: what one commit writes. */
export interface RaftLogState {
  readonly boundary: LogId
  readonly entries: readonly Labelled[]
  readonly currentTerm: number | undefined
  readonly votedFor: number | string | undefined
  readonly commit: number | undefined
}

export interface RaftState {
  readonly log: RaftLogState
  /** Oldest first. */
  readonly snapshots: readonly Labelled[]
}

export const blankState: RaftState = {
  log: {
    boundary: { index: 0, term: 0 },
    entries: [],
    currentTerm: undefined,
    votedFor: undefined,
    commit: undefined,
  },
  snapshots: [],
}

/** Which part of the state an operation makes durable before it returns. */
export type Durability = 'nothing' | 'log' | 'snapshots'

export interface Applied {
  readonly state: RaftState
  readonly durable: Durability
  readonly outcome: Outcome
}

/** `capabilities` are those of storage that is not Holdfast's, whose purge may be durable at once. */
export function applyOperation(
  state: RaftState,
  operation: RaftHistoryOperation,
  capabilities?: FullCapabilities,
): Applied {
  const { log, snapshots } = state
  const done = (next: RaftLogState, durable: Durability): Applied => ({
    state: { ...state, log: next },
    durable,
    outcome: { kind: 'done' },
  })
  const refused = (error: string): Applied => ({
    state,
    durable: 'nothing',
    outcome: { kind: 'threw', error },
  })
  switch (operation.kind) {
    case 'append':
    case 'appendConflicting':
      return refusedAppend(log, operation.entries, refused) ?? done(...appended(log, operation.entries))
    case 'save':
      return isRegression(log, operation.state)
        ? refused('HardStateRegressionError')
        : done(...saved(log, operation.state))
    case 'saveWith': {
      const refusal = refusedAppend(log, operation.entries, refused)
      if (isRegression(log, operation.state)) return refused('HardStateRegressionError')
      if (refusal !== undefined) return refusal
      const [withState, first] = saved(log, operation.state)
      const [both, second] = appended(withState, operation.entries)
      return done(both, first === 'log' ? first : second)
    }
    case 'truncate': {
      if (operation.from <= log.boundary.index) return refused('CompactedError')
      const entries = log.entries.filter(({ index }) => index < operation.from)
      return done({ ...log, entries }, entries.length < log.entries.length ? 'log' : 'nothing')
    }
    case 'purge': {
      if (operation.upTo.index <= log.boundary.index) return done(log, 'nothing')
      return done(begunAfter(log, operation.upTo), capabilities?.trim === 'returned' ? 'log' : 'nothing')
    }
    case 'installSnapshot':
      return done(begunAfter(log, operation.at), 'log')
    case 'takeSnapshot':
    case 'receiveSnapshot': {
      const snapshot = { ...operation.at, label: labelOfValue(operation.value) }
      return {
        state: { log, snapshots: [...snapshots, snapshot] },
        durable: 'snapshots',
        outcome: { kind: 'done' },
      }
    }
    case 'entries':
      return { state, durable: 'nothing', outcome: entriesOutcome(log, operation.low, operation.high) }
    case 'flush':
    case 'reopen':
      return done(log, 'log')
    default:
      return operation satisfies never
  }
}

export function lastOf({ boundary, entries }: RaftLogState): LogId {
  const { index, term } = entries.at(-1) ?? boundary
  return { index, term }
}

export function labelOfEntry(kind: string, valueLabel: string): string {
  return `${kind}, ${valueLabel}`
}

/** Of a history that fits the log, only what is beyond its end. The others tell of a log that is not what it should be. */
function refusedAppend(
  log: RaftLogState,
  [first]: readonly NamedEntry[],
  refused: (error: string) => Applied,
): Applied | undefined {
  if (first === undefined) return undefined
  if (first.index <= log.boundary.index) return refused('CompactedError')
  if (first.index > lastOf(log).index + 1) return refused('LogGapError')
  const before = log.entries.find(({ index }) => index === first.index - 1)
  return first.term < (before ?? log.boundary).term ? refused('InvalidArgumentError') : undefined
}

/** The log with those of `given` that it does not hold, and without what they contradict. */
export function appended(log: RaftLogState, given: readonly NamedEntry[]): [RaftLogState, Durability] {
  const isHeld = ({ index, term }: LogId): boolean =>
    log.entries.some((entry) => entry.index === index && entry.term === term)
  const position = given.findIndex((entry) => !isHeld(entry))
  const first = given[position]
  if (first === undefined) return [log, 'nothing']
  const fresh = given.slice(position).map(({ index, term, kind, value }) => ({
    index,
    term,
    label: labelOfEntry(kind, labelOfValue(value)),
  }))
  const kept = log.entries.filter(({ index }) => index < first.index)
  return [{ ...log, entries: [...kept, ...fresh] }, 'log']
}

function isRegression({ currentTerm = -1, votedFor }: RaftLogState, given: HardState): boolean {
  if (given.currentTerm !== currentTerm) return given.currentTerm < currentTerm
  return votedFor !== undefined && votedFor !== given.votedFor
}

function saved(log: RaftLogState, { currentTerm, votedFor, commit }: HardState): [RaftLogState, Durability] {
  const isVoteSame = log.currentTerm === currentTerm && log.votedFor === votedFor
  return [{ ...log, currentTerm, votedFor, commit }, isVoteSame ? 'nothing' : 'log']
}

/** Entries are kept if they follow the place, which the log then has with the same term. */
function begunAfter(log: RaftLogState, { index, term }: LogId): RaftLogState {
  const follows = log.entries.some((entry) => entry.index === index && entry.term === term)
  const entries = follows ? log.entries.filter((entry) => entry.index > index) : []
  return { ...log, boundary: { index, term }, entries }
}

/** How a call of `term` ends: also the boundary has one. */
export function termOutcome(log: RaftLogState, index: number): Outcome {
  const { boundary } = log
  if (index < boundary.index) return { kind: 'threw', error: 'CompactedError' }
  const place = index === boundary.index ? boundary : log.entries.find((entry) => entry.index === index)
  return place === undefined
    ? { kind: 'threw', error: 'UnavailableError' }
    : { kind: 'done', result: place.term }
}

/** How a call of `entries` ends. */
export function entriesOutcome(log: RaftLogState, low: number, high: number): Outcome {
  if (low <= log.boundary.index) return { kind: 'threw', error: 'CompactedError' }
  if (high > lastOf(log).index + 1) return { kind: 'threw', error: 'UnavailableError' }
  const read = log.entries.filter(({ index }) => index >= low && index < high)
  return { kind: 'done', result: read.map(textOf) }
}

export function textOf({ index, term, label }: Labelled): string {
  return `${index} of term ${term}: ${label}`
}
