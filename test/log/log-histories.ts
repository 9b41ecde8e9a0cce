/**
 * Generated histories of a log. Indexes are small and metadata keys few, so that steps meet each other; floors and trims may
 * go past the end, and a few steps are refused or fail.
 */
import fc from 'fast-check'
import type { DeferrableOp, LogOp } from '../../src/log/index.ts'
import {
  type BadCall,
  type Fault,
  type FaultedWrite,
  type LogHistory,
  type LogStep,
  metaKeys,
} from './log-steps.ts'

const plain = { noNullPrototype: true } as const
const bytes = fc.oneof(
  { weight: 12, arbitrary: fc.uint8Array({ maxLength: 6 }) },
  // Past what LMDB keeps inside a page, and more than a page.
  { weight: 1, arbitrary: fc.integer({ min: 2100, max: 5000 }).map(manyBytes) },
)

/** A long value that is printed in short. (As a generated array it would also take gigabytes to shrink.) */
function manyBytes(count: number): Uint8Array {
  const show = { value: () => `new Uint8Array(${count}).fill(${count & 0xff})` }
  return Object.defineProperty(new Uint8Array(count).fill(count), fc.toStringMethod, show)
}
const entries = fc.array(bytes, { maxLength: 4 })
const index = fc.nat({ max: 12 })
const key = fc.constantFrom(...metaKeys)

const deferrableOp: fc.Arbitrary<DeferrableOp> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('trim' as const), upTo: fc.nat({ max: 16 }) }, plain),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('compact' as const), index }, plain) },
  // A snapshot from a leader: the floor jumps past the end, and later trims and floors meet it.
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('compact' as const), index: fc.nat({ max: 30 }) }, plain),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('setMeta' as const), key, value: bytes }, plain) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deleteMeta' as const), key }, plain) },
  {
    weight: 1,
    arbitrary: fc.record(
      { kind: fc.constant('trim' as const), upTo: fc.constant(Number.MAX_SAFE_INTEGER) },
      plain,
    ),
  },
)
const logOp: fc.Arbitrary<LogOp> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('append' as const), entries }, plain) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('replaceSuffix' as const), from: index, entries }, plain),
  },
  { weight: 3, arbitrary: deferrableOp },
)
/** Truncates and trims past where it truncated: what is to go from below and from above meets. */
const overlap: fc.Arbitrary<readonly LogOp[]> = fc
  .tuple(index, fc.array(bytes, { minLength: 1, maxLength: 4 }), fc.nat({ max: 16 }))
  .map(([from, replacing, upTo]) => [
    { kind: 'replaceSuffix', from, entries: replacing },
    { kind: 'trim', upTo },
  ])
export const logOps: fc.Arbitrary<readonly LogOp[]> = fc.oneof(
  { weight: 9, arbitrary: fc.array(logOp, { maxLength: 4 }) },
  { weight: 1, arbitrary: overlap },
)
const deferrableOps = fc.array(deferrableOp, { maxLength: 3 })

const badIndex = fc.constantFrom<unknown>(
  -1,
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 53,
  '3',
  3n,
  null,
)
const badBytes = fc.constantFrom<unknown>(
  'text',
  [1, 2],
  new Uint16Array(2),
  new ArrayBuffer(2),
  null,
  undefined,
  7,
)
const badKey = fc.constantFrom<unknown>('', 'x'.repeat(256), 'é'.repeat(128), '\ud800', 5, undefined)
const badOp: fc.Arbitrary<unknown> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('append'),
      entries: fc.oneof(fc.constantFrom<unknown>('ab', null, 5), fc.tuple(bytes, badBytes)),
    },
    plain,
  ),
  fc.record({ kind: fc.constant('replaceSuffix'), from: badIndex, entries }, plain),
  fc.record({ kind: fc.constant('replaceSuffix'), from: index, entries: fc.tuple(badBytes) }, plain),
  fc.record({ kind: fc.constant('trim'), upTo: badIndex }, plain),
  fc.record({ kind: fc.constant('compact'), index: badIndex }, plain),
  fc.record({ kind: fc.constant('setMeta'), key: badKey, value: bytes }, plain),
  fc.record({ kind: fc.constant('setMeta'), key, value: badBytes }, plain),
  fc.record({ kind: fc.constant('deleteMeta'), key: badKey }, plain),
  fc.constantFrom<unknown>({ kind: 'purge' }, {}, null, undefined, 'append'),
)
/** A good list with one bad operation in it, wherever: nothing of the list may happen. */
const badOps = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.array(deferrableOp, { maxLength: 2 }), badOp, fc.array(deferrableOp, { maxLength: 2 }))
      .map(([before, bad, after]) => [...before, bad, ...after]),
  },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(undefined, null, 'ops', { kind: 'trim', upTo: 1 }) },
)
const refused: fc.Arbitrary<LogStep> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('refused' as const),
      verb: fc.constantFrom('commit' as const, 'defer' as const),
      ops: badOps,
    },
    plain,
  ),
  // What must be durable when it is acked cannot be deferred.
  fc.record(
    {
      kind: fc.constant('refused' as const),
      verb: fc.constant('defer' as const),
      ops: fc
        .tuple(
          fc.array(deferrableOp, { maxLength: 2 }),
          fc.record({ kind: fc.constant('append'), entries }, plain),
        )
        .map(([before, append]) => [...before, append]),
    },
    plain,
  ),
)

const faults: readonly Fault[] = [
  ...['log.commit.before', 'log.commit.inside'].flatMap((site): Fault[] => [
    { site, action: 'return', outcome: 'refused', reason: 'injected' },
    { site, action: 'throw(x)', outcome: 'refused', reason: 'injected' },
    { site, action: 'return(ENOSPC)', outcome: 'refused', reason: 'no_space' },
    { site, action: 'return(EROFS)', outcome: 'refused', reason: 'read_only' },
    { site, action: 'return(EIO)', outcome: 'poisoned', reason: 'io' },
  ]),
  ...['return', 'throw(x)', 'return(ENOSPC)', 'return(EIO)'].map((action): Fault => {
    return { site: 'log.commit.after', action, outcome: 'poisonedButDurable', reason: 'injected' }
  }),
]
const entranceFaults = ['return', 'throw(x)', 'return(ENOSPC)', 'return(EIO)'] as const
const entranceReasons = {
  return: 'injected',
  'throw(x)': 'injected',
  'return(ENOSPC)': 'no_space',
  'return(EIO)': 'io',
} as const

function atEntrance(site: string): fc.Arbitrary<Fault> {
  return fc
    .constantFrom(...entranceFaults)
    .map((action) => ({ site, action, outcome: 'refused', reason: entranceReasons[action] }))
}

const faultedWrite: fc.Arbitrary<FaultedWrite> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('commit' as const), ops: logOps }, plain) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<FaultedWrite>({ kind: 'flush' }, { kind: 'reclaim' }, { kind: 'close' }),
  },
)
const fault: fc.Arbitrary<LogStep> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record(
      { kind: fc.constant('fault' as const), fault: fc.constantFrom(...faults), write: faultedWrite },
      plain,
    ),
  },
  ...(['flush', 'close'] as const).map((kind) => ({
    weight: 1,
    arbitrary: fc.record(
      { kind: fc.constant('fault' as const), fault: atEntrance(`log.${kind}`), write: fc.constant({ kind }) },
      plain,
    ),
  })),
)

const goodOrBadIndex = fc.oneof(
  { weight: 9, arbitrary: fc.nat({ max: 16 }) },
  { weight: 1, arbitrary: fc.constant(Number.MAX_SAFE_INTEGER) },
)
const badCall: fc.Arbitrary<LogStep> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('badCall' as const),
      call: fc.constantFrom<BadCall>('get', 'readFrom', 'readTo', 'walkFrom', 'reclaim'),
      argument: badIndex,
    },
    plain,
  ),
  fc.record(
    { kind: fc.constant('badCall' as const), call: fc.constant('getMeta' as const), argument: badKey },
    plain,
  ),
  fc.record(
    {
      kind: fc.constant('badCall' as const),
      call: fc.constant('readMaxBytes' as const),
      argument: fc.constantFrom<unknown>(-1, Number.NaN, '5', null, 5n),
    },
    plain,
  ),
)

/** One step that leaves the store as it is meant to go on: nothing fails. */
const peacefulStep: fc.Arbitrary<LogStep> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('commit' as const), ops: logOps }, plain) },
  { weight: 7, arbitrary: fc.record({ kind: fc.constant('defer' as const), ops: deferrableOps }, plain) },
  { weight: 1, arbitrary: fc.constant<LogStep>({ kind: 'flush' }) },
  {
    weight: 2,
    arbitrary: fc.record(
      { kind: fc.constant('reclaim' as const), maxEntries: fc.constantFrom(undefined, 0, 1, 3) },
      plain,
    ),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('get' as const), index: goodOrBadIndex }, plain) },
  {
    weight: 4,
    arbitrary: fc.record(
      {
        kind: fc.constant('read' as const),
        from: fc.nat({ max: 14 }),
        to: goodOrBadIndex,
        maxBytes: fc.constantFrom(undefined, 0, 3, 7, 3000, Number.POSITIVE_INFINITY),
      },
      plain,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record(
      {
        kind: fc.constant('walk' as const),
        from: fc.nat({ max: 6 }),
        to: goodOrBadIndex,
        before: fc.nat({ max: 3 }),
        ops: logOps,
      },
      plain,
    ),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('readFault' as const), key }, plain) },
  { weight: 2, arbitrary: refused },
  { weight: 1, arbitrary: badCall },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        kind: fc.constant('reopen' as const),
        how: fc.constantFrom('close' as const, 'abandon' as const),
        openFails: fc.boolean(),
      },
      plain,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record(
      {
        kind: fc.constant('lostDefer' as const),
        action: fc.constantFrom(...entranceFaults),
        ops: deferrableOps,
      },
      plain,
    ),
  },
)

/** Any step. */
export const anyStep: fc.Arbitrary<LogStep> = fc.oneof(
  { weight: 7, arbitrary: peacefulStep },
  { weight: 1, arbitrary: fault },
)

function historyOf(step: fc.Arbitrary<LogStep>): fc.Arbitrary<LogHistory> {
  return fc.record(
    {
      reclaimPerCommit: fc.constantFrom(0, 1, 2, undefined),
      steps: fc.array(step, { maxLength: 40, size: 'max' }),
    },
    plain,
  )
}

export const logHistory: fc.Arbitrary<LogHistory> = historyOf(anyStep)

/** Steps of two logs that share an environment: which of them, and what. Nothing poisons: that they would share. */
export const twoLogHistory: fc.Arbitrary<readonly (readonly [0 | 1, LogStep])[]> = fc.array(
  fc.tuple(fc.constantFrom(0 as const, 1 as const), peacefulStep),
  { maxLength: 40, size: 'max' },
)
