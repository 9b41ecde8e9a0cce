/** Histories of Raft storage, with calls left out, and how they are run again. */
import type { LogId } from '../../raft/index.ts'
import type { IssuedCall } from '../kill/child-process.ts'
import { liveAndDie } from '../kill/child-process.ts'
import { crashOf, saidOf } from '../kill/own-end.ts'
import { describeCrash, type Script } from '../kill/script/script.ts'
import { type ScriptPlace, withScript } from '../kill/script/script-place.ts'
import type { ScriptTrial, Step } from '../kill/script/shrink-script.ts'
import type { RaftChildOrders } from './child.ts'
import type { NamedEntry, RaftHistoryOperation } from './history.ts'
import { judgeRaftLife } from './judge-life.ts'
import { applyOperation, blankState, lastOf, type RaftLogState, type RaftState } from './model.ts'
import { storyOf } from './story.ts'

const program = new URL('./child.js', import.meta.url)

/** @throws the signal's reason @throws {AdapterError} the adapter cannot be run */
export function runRaftScript(
  place: ScriptPlace,
  script: Script<RaftHistoryOperation>,
): Promise<ScriptTrial> {
  const { adapter, signal } = place
  return withScript(place, script, async (plan, orders) => {
    const scripted = orders satisfies RaftChildOrders
    const life = await liveAndDie<RaftHistoryOperation>(plan, scripted, signal, program)
    const { findings, state } = await judgeRaftLife(
      { adapter, directory: orders.directory },
      blankState,
      life,
    )
    const crash = crashOf(life, describeCrash(script))
    const { capabilities } = adapter
    const { issued } = life
    const story = storyOf({ start: blankState, issued, crash, state, findings, capabilities })
    return { findings, story: { ...story, ...saidOf(life) } }
  })
}

/** The calls of one process, on storage that was as `start` says. */
export function stepsOf(
  start: RaftState,
  issued: readonly IssuedCall<RaftHistoryOperation>[],
): Step<RaftHistoryOperation>[] {
  let state = start
  return issued.map(({ operation }) => {
    const end = lastOf(state.log).index
    state = applyOperation(state, operation).state
    return { operation, end }
  })
}

/** On new storage. What was said of the log's end is said of where it ends now, with the terms that are there. */
export function rebase(steps: readonly Step<RaftHistoryOperation>[]): RaftHistoryOperation[] {
  let state = blankState
  return steps.map(({ operation, end }) => {
    const moved = fitted(state.log, shifted(operation, lastOf(state.log).index - end))
    state = applyOperation(state, moved).state
    return moved
  })
}

/** A place that is of the log itself has the term that the log has there. */
function fitted(log: RaftLogState, operation: RaftHistoryOperation): RaftHistoryOperation {
  if (operation.kind === 'purge') return { ...operation, upTo: placeIn(log, operation.upTo.index) }
  return operation.kind === 'takeSnapshot'
    ? { ...operation, at: placeIn(log, operation.at.index) }
    : operation
}

function placeIn(log: RaftLogState, wanted: number): LogId {
  const index = Math.min(Math.max(wanted, log.boundary.index), lastOf(log).index)
  const { term } = log.entries.find((entry) => entry.index === index) ?? log.boundary
  return { index, term }
}

/** With less in it, the least first. */
export function simpler(operation: RaftHistoryOperation): RaftHistoryOperation[] {
  if (!('entries' in operation)) return []
  return [1, 2]
    .filter((count) => count < operation.entries.length)
    .map((count) => ({ ...operation, entries: operation.entries.slice(0, count) }))
}

function shifted(operation: RaftHistoryOperation, by: number): RaftHistoryOperation {
  switch (operation.kind) {
    case 'append':
    case 'appendConflicting':
      return { ...operation, entries: shiftedEntries(operation.entries, by) }
    case 'save':
      return { ...operation, state: shiftedState(operation.state, by) }
    case 'saveWith':
      return {
        ...operation,
        state: shiftedState(operation.state, by),
        entries: shiftedEntries(operation.entries, by),
      }
    case 'truncate':
      return { ...operation, from: moved(operation.from, by) }
    case 'purge':
      return { ...operation, upTo: shiftedId(operation.upTo, by) }
    case 'takeSnapshot':
    case 'receiveSnapshot':
    case 'installSnapshot':
      return { ...operation, at: shiftedId(operation.at, by) }
    case 'entries':
      return { ...operation, low: moved(operation.low, by), high: moved(operation.high, by) }
    case 'flush':
    case 'reopen':
      return operation
    default:
      return operation satisfies never
  }
}

/** Those that would come before the first one are left out. */
function shiftedEntries(entries: readonly NamedEntry[], by: number): NamedEntry[] {
  return entries.map((entry) => ({ ...entry, index: entry.index + by })).filter(({ index }) => index >= 1)
}

function shiftedState<S extends { readonly commit?: number | undefined }>(state: S, by: number): S {
  return state.commit === undefined ? state : { ...state, commit: Math.max(0, state.commit + by) }
}

/** The place before the first one stays where it is. */
function shiftedId<I extends LogId>(id: I, by: number): I {
  return id.index === 0 ? id : { ...id, index: moved(id.index, by) }
}

function moved(index: number, by: number): number {
  return Math.max(1, index + by)
}
