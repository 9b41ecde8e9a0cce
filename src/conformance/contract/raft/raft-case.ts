/** Raft storage in a case: opened, crashed, and compared as a whole. */
import assert from 'node:assert/strict'
import { CompactedError, UnavailableError } from '../../../errors.ts'
import type { HardState, LogId, RaftEntry, RaftLogOptions } from '../../../raft/index.ts'
import type { CaseContext, RaftNode } from '../contract-case.ts'
import { assertThrows, textOf } from '../expectations.ts'
import { bytes } from '../log-ops.ts'

export type CaseNode = RaftNode<Uint8Array>

/** What a Raft log holds. */
export interface ExpectedRaft {
  /** Default: none. */
  readonly boundary?: readonly [index: number, term: number]
  /** The terms of the entries after the boundary; their data are as {@link entriesOf} makes them. */
  readonly terms?: readonly number[]
  /** Default: nothing was saved. */
  readonly hardState?: HardState | undefined
}

/** Opens the case's log as Raft storage. */
export function openRaft(context: CaseContext, options: RaftLogOptions<Uint8Array> = {}): CaseNode {
  const { failpoints, observer } = context
  return context.createRaftNode<Uint8Array>(context.open(), { failpoints, observer, ...options })
}

/** Opens the case's log as Raft storage with entries of `terms` from index 1 on. */
export function openFilledRaft(context: CaseContext, terms: readonly number[]): CaseNode {
  const node = openRaft(context)
  node.log.append(entriesOf(1, terms))
  return node
}

/** Closes `node` and opens it again. */
export function reopenRaft(context: CaseContext, node: CaseNode): CaseNode {
  node.log.close()
  return openRaft(context)
}

/** Abandons `node`, as a killed process would, and opens it again. */
export function crashRaft(context: CaseContext, node: CaseNode): CaseNode {
  node.log.log.abandon()
  return openRaft(context)
}

/** Commands of `terms` from index `from` on, whose data say where and of which term they are. */
export function entriesOf(from: number, terms: readonly number[]): RaftEntry[] {
  return terms.map((term, offset) => entry(from + offset, term))
}

/** A command whose data say where and of which term it is. */
export function entry(index: number, term: number): RaftEntry {
  return { index, term, kind: 'command', data: bytes(`e${index}t${term}`) }
}

export function id(index: number, term: number): LogId {
  return { index, term }
}

/** Asserts that every way of looking at `node` shows `expected`, and that the audit finds nothing. */
export function assertRaft({ log, hardState }: CaseNode, expected: ExpectedRaft): void {
  const { boundary: [index, term] = [0, 0], terms = [] } = expected
  const last = index + terms.length
  const shown = {
    firstIndex: log.firstIndex,
    lastIndex: log.lastIndex,
    lastLogId: log.lastLogId,
    purgeBoundary: log.purgeBoundary,
    terms: Array.from({ length: last - index + 1 }, (_, offset) => log.term(index + offset)),
    entries: log.entries(log.firstIndex, log.lastIndex + 1).map(shortOf),
    each: terms.map((_, offset) => shortOf(log.entry(index + 1 + offset))),
    hardState: hardState.load(),
  }
  const entries = entriesOf(index + 1, terms).map(shortOf)
  assert.deepEqual(shown, {
    firstIndex: index + 1,
    lastIndex: last,
    lastLogId: id(last, terms.at(-1) ?? term),
    purgeBoundary: id(index, term),
    terms: [term, ...terms],
    entries,
    each: entries,
    hardState: expected.hardState,
  })
  assertEnds({ log, hardState }, index, last)
  assert.deepEqual(log.log.audit(), [], 'the audit finds nothing')
}

function assertEnds({ log }: CaseNode, boundary: number, last: number): void {
  assertThrows(UnavailableError, () => log.term(last + 1), `term(${last + 1})`)
  assertThrows(UnavailableError, () => log.entry(last + 1), `entry(${last + 1})`)
  if (boundary === 0) return
  assertThrows(CompactedError, () => log.term(boundary - 1), `term(${boundary - 1})`)
  assertThrows(CompactedError, () => log.entry(boundary), `entry(${boundary})`)
}

function shortOf({ index, term, kind, data }: RaftEntry): string {
  return `${index} ${term} ${kind} ${textOf(data)}`
}

/** How many commits and deferred writes that wrote something were told of. */
export function writeCount(context: CaseContext): number {
  return context.events.filter(({ kind }) => kind === 'write').length
}
