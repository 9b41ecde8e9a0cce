/** Turns the shapes of a generated history into calls, for the storage and for the model. */
import type { HardState, HardStateStore, RaftEntry, RaftLog } from '../../src/raft/index.ts'
import type { ModelEntry, ModelPlace, ModelState, RaftModel } from './raft-model.ts'
import type { BatchShape, RaftWrite, StateShape } from './raft-steps.ts'

/** A write with the places that its shape means for the log as it stands. */
export type Resolved =
  | { readonly kind: 'append'; readonly entries: readonly ModelEntry[] }
  | { readonly kind: 'replaceSuffix'; readonly from: number; readonly entries: readonly ModelEntry[] }
  | { readonly kind: 'truncate'; readonly from: number }
  | { readonly kind: 'purge'; readonly place: ModelPlace }
  | { readonly kind: 'installSnapshot'; readonly place: ModelPlace }
  | { readonly kind: 'reset' }
  | { readonly kind: 'save'; readonly state: ModelState }
  | {
      readonly kind: 'saveWith'
      readonly state: ModelState | undefined
      readonly entries: readonly ModelEntry[]
    }

export interface Call {
  /** The failpoint site in front of the operation. */
  readonly site: string
  readonly perform: () => void
  readonly model: (model: RaftModel) => 'nothing' | 'deferred' | 'commit'
}

export function resolve(write: RaftWrite, model: RaftModel, serial: number): Resolved {
  switch (write.kind) {
    case 'append':
      return { kind: 'append', entries: batchOf(write.batch, model, serial) }
    case 'replaceSuffix':
      return {
        kind: 'replaceSuffix',
        from: firstOf(write.batch, model),
        entries: batchOf({ ...write.batch, rises: write.batch.rises.map(Math.abs) }, model, serial),
      }
    case 'truncate':
      return { kind: 'truncate', from: Math.max(1, model.lastIndex + 1 - write.back) }
    case 'purge':
    case 'installSnapshot':
      return { kind: write.kind, place: placeOf(write, model) }
    case 'save':
      return { kind: 'save', state: stateOf(write.state, model) }
    case 'saveWith':
      return {
        kind: 'saveWith',
        state: write.state && stateOf(write.state, model),
        entries: batchOf(write.batch, model, serial),
      }
    default:
      return write
  }
}

export function callOf(write: Resolved, log: RaftLog, hardState: HardStateStore): Call {
  switch (write.kind) {
    case 'append':
      return {
        site: 'raft.append',
        perform: () => log.append(write.entries.map(bytesOf)),
        model: (model) => model.append(write.entries),
      }
    case 'replaceSuffix':
      return {
        site: 'raft.replace_suffix',
        perform: () => log.replaceSuffix(write.from, write.entries.map(bytesOf)),
        model: (model) => model.replaceSuffix(write.from, write.entries),
      }
    case 'truncate':
      return {
        site: 'raft.truncate',
        perform: () => log.truncate(write.from),
        model: (model) => model.replaceSuffix(write.from, []),
      }
    case 'purge':
      return {
        site: 'raft.purge',
        perform: () => log.purge(write.place),
        model: (model) => model.purge(write.place),
      }
    case 'installSnapshot':
      return {
        site: 'raft.install_snapshot',
        perform: () => log.installSnapshot(write.place),
        model: (model) => model.installSnapshot(write.place),
      }
    case 'reset':
      return { site: 'raft.reset', perform: () => log.reset(), model: (model) => model.reset() }
    case 'save':
      return {
        site: 'raft.save_hard_state',
        perform: () => hardState.save(write.state),
        model: (model) => model.save(write.state),
      }
    case 'saveWith':
      return {
        site: 'raft.save_with',
        perform: () => hardState.saveWith(write.state as HardState | undefined, write.entries.map(bytesOf)),
        model: (model) => model.saveWith(write.state, write.entries),
      }
    default:
      return write satisfies never
  }
}

/** An entry as the model has it. */
export function entryOf({ index, term, kind, data }: RaftEntry): ModelEntry {
  return { index, term, kind, data: new TextDecoder().decode(data) }
}

function bytesOf({ data, ...entry }: ModelEntry): RaftEntry {
  return { ...entry, data: new TextEncoder().encode(data) } as RaftEntry
}

function firstOf({ back }: BatchShape, model: RaftModel): number {
  return Math.max(1, model.lastIndex + 1 - back)
}

function batchOf(shape: BatchShape, model: RaftModel, serial: number): ModelEntry[] {
  const first = firstOf(shape, model)
  let term = termNear(model, first - 1)
  return shape.rises.map((rise, offset) => {
    term = Math.max(0, term + rise)
    return { index: first + offset, term, kind: shape.kind, data: `${serial}.${offset}` }
  })
}

function placeOf(write: { back: number; termOff: number }, model: RaftModel): ModelPlace {
  const index = Math.max(0, model.lastIndex - write.back)
  const term = Math.max(0, termNear(model, index) + write.termOff)
  return { index, term: index === 0 ? 0 : term }
}

function stateOf({ rise, votedFor, commit }: StateShape, model: RaftModel): ModelState {
  const { entries, boundary, state } = model.now
  // Mostly ahead of the log, as an engine's is.
  const atLeast = rise < 0 ? 0 : (entries.at(-1) ?? boundary).term
  const currentTerm = Math.max(atLeast, (state?.currentTerm ?? 0) + rise, 0)
  return { currentTerm, votedFor, commit }
}

/** The term at `index`, or the nearest one that the log knows. */
function termNear({ now: { boundary, entries } }: RaftModel, index: number): number {
  const below = entries.filter((entry) => entry.index <= index).at(-1)
  return (below ?? boundary).term
}
