/** Generated histories of Raft storage, as plain data. Places are relative to where the log stands, so that most are legal. */
import fc from 'fast-check'

/** Fails once at `site`; whether the write is there afterwards, and whether the store is poisoned. */
export interface RaftFault {
  /** `operation` is the site in front of the operation itself. */
  readonly site: string
  readonly action: string
  readonly isThere: boolean
  readonly poisons: boolean
}

export interface BatchShape {
  /** How many entries before the end the batch begins: -1 leaves a gap. */
  readonly back: number
  /** How much each term rises over the one before; -1 is refused. */
  readonly rises: readonly number[]
  readonly kind: 'command' | 'noop' | 'config'
}

export interface StateShape {
  readonly rise: number
  readonly votedFor: number | string | undefined
  readonly commit: number | undefined
}

export type RaftWrite =
  | { readonly kind: 'append'; readonly batch: BatchShape }
  | { readonly kind: 'replaceSuffix'; readonly batch: BatchShape }
  | { readonly kind: 'truncate'; readonly back: number }
  | { readonly kind: 'purge'; readonly back: number; readonly termOff: number }
  | { readonly kind: 'installSnapshot'; readonly back: number; readonly termOff: number }
  | { readonly kind: 'reset' }
  | { readonly kind: 'save'; readonly state: StateShape }
  | { readonly kind: 'saveWith'; readonly state: StateShape | undefined; readonly batch: BatchShape }

export type RaftStep =
  | { readonly kind: 'write'; readonly write: RaftWrite }
  | { readonly kind: 'fault'; readonly fault: RaftFault; readonly write: RaftWrite }
  | { readonly kind: 'term'; readonly back: number }
  | { readonly kind: 'entries'; readonly low: number; readonly high: number }
  | { readonly kind: 'look' }
  | { readonly kind: 'flush' }
  | { readonly kind: 'reopen'; readonly how: 'close' | 'abandon' }

const plain = { noNullPrototype: true } as const
const rise = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.constant(1) },
  { weight: 1, arbitrary: fc.constantFrom(2, 1000) },
)
const rises = fc.oneof(
  { weight: 9, arbitrary: fc.array(rise, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(-1, 0, 1), { minLength: 1, maxLength: 3 }) },
)
const back = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 6, arbitrary: fc.nat({ max: 5 }) },
  { weight: 1, arbitrary: fc.constantFrom(-1, -7, 9) },
)
const batch: fc.Arbitrary<BatchShape> = fc.record(
  { back, rises, kind: fc.constantFrom('command' as const, 'noop' as const, 'config' as const) },
  plain,
)
const state: fc.Arbitrary<StateShape> = fc.record(
  {
    rise: fc.constantFrom(0, 0, 0, 1, 1, 5, -1),
    votedFor: fc.constantFrom<StateShape['votedFor']>(undefined, 1, 1, 2, 'one'),
    commit: fc.option(fc.nat({ max: 5 }), { nil: undefined }),
  },
  plain,
)
const termOff = fc.constantFrom(0, 0, 0, 0, 1, -1)

const write: fc.Arbitrary<RaftWrite> = fc.oneof(
  { weight: 7, arbitrary: fc.record({ kind: fc.constant('append' as const), batch }, plain) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('replaceSuffix' as const), batch }, plain) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('truncate' as const), back }, plain) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('purge' as const), back, termOff }, plain) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('installSnapshot' as const), back, termOff }, plain),
  },
  { weight: 1, arbitrary: fc.constant<RaftWrite>({ kind: 'reset' }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('save' as const), state }, plain) },
  {
    weight: 3,
    arbitrary: fc.record(
      { kind: fc.constant('saveWith' as const), state: fc.option(state, { nil: undefined }), batch },
      plain,
    ),
  },
)

const faults: readonly RaftFault[] = [
  { site: 'operation', action: 'return', isThere: false, poisons: false },
  { site: 'operation', action: 'return(EIO)', isThere: false, poisons: false },
  { site: 'raft.deferred_write', action: 'throw(x)', isThere: false, poisons: false },
  { site: 'log.commit.before', action: 'return', isThere: false, poisons: false },
  { site: 'log.commit.inside', action: 'return(ENOSPC)', isThere: false, poisons: false },
  { site: 'log.commit.inside', action: 'return(EIO)', isThere: false, poisons: true },
  { site: 'log.commit.after', action: 'return', isThere: true, poisons: true },
  { site: 'log.defer', action: 'return', isThere: false, poisons: false },
]

const step: fc.Arbitrary<RaftStep> = fc.oneof(
  { weight: 20, arbitrary: fc.record({ kind: fc.constant('write' as const), write }, plain) },
  {
    weight: 4,
    arbitrary: fc.record(
      { kind: fc.constant('fault' as const), fault: fc.constantFrom(...faults), write },
      plain,
    ),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('term' as const), back }, plain) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('entries' as const), low: back, high: back }, plain),
  },
  { weight: 3, arbitrary: fc.constant<RaftStep>({ kind: 'look' }) },
  { weight: 1, arbitrary: fc.constant<RaftStep>({ kind: 'flush' }) },
  {
    weight: 3,
    arbitrary: fc.record(
      { kind: fc.constant('reopen' as const), how: fc.constantFrom('close' as const, 'abandon' as const) },
      plain,
    ),
  },
)

export const raftHistory: fc.Arbitrary<RaftStep[]> = fc.array(step, { maxLength: 50, size: 'max' })
