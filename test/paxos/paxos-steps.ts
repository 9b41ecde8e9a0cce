/** Generated histories of Paxos storage, as plain data. */
import fc from 'fast-check'
import type { Ballot, PaxosDeferredKind, PaxosOp, StopSign } from '../../src/paxos/index.ts'

export type AnyOp = PaxosOp<unknown, unknown>

/** Fails once at `site`; whether the write is there afterwards, and whether the store is poisoned. */
export interface PaxosFault {
  readonly site: string
  readonly action: string
  readonly isThere: boolean
  readonly poisons: boolean
}

/** `one` calls the operation's own method, `atomic` gives a list to `writeAtomically`. */
export type PaxosWrite =
  | { readonly kind: 'one'; readonly op: AnyOp }
  | { readonly kind: 'atomic'; readonly ops: readonly AnyOp[] }

export type PaxosStep =
  | { readonly kind: 'write'; readonly write: PaxosWrite }
  | { readonly kind: 'refused'; readonly write: { readonly kind: 'one' | 'atomic'; readonly given: unknown } }
  /** A failpoint of Paxos storage itself: the one in front of the operation, or of all deferred ones. */
  | {
      readonly kind: 'lost'
      readonly at: 'operation' | 'deferred'
      readonly action: string
      readonly write: PaxosWrite
    }
  | { readonly kind: 'fault'; readonly fault: PaxosFault; readonly write: PaxosWrite }
  | { readonly kind: 'readFault' }
  | { readonly kind: 'getEntries'; readonly from: number; readonly to: number }
  | { readonly kind: 'getSuffix'; readonly from: number }
  | { readonly kind: 'flush' }
  | { readonly kind: 'reopen'; readonly how: 'close' | 'abandon' }

export interface PaxosHistory {
  readonly commit: readonly PaxosDeferredKind[]
  readonly steps: readonly PaxosStep[]
}

const plain = { noNullPrototype: true } as const
/** What an engine may call an entry. */
export const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, '', 0, {}, [], false),
  fc.uint8Array({ maxLength: 5 }),
  fc.integer(),
  fc.string({ maxLength: 5 }),
  fc.record(
    { id: fc.nat(), data: fc.uint8Array({ maxLength: 3 }), note: fc.option(fc.string({ maxLength: 3 })) },
    plain,
  ),
)
const values = fc.array(value, { maxLength: 3 })
const index = fc.nat({ max: 12 })
const number = fc.oneof(fc.nat({ max: 5 }), fc.constantFrom(2 ** 32, Number.MAX_SAFE_INTEGER))
const ballot: fc.Arbitrary<Ballot> = fc.record(
  { configId: number, n: number, priority: number, pid: number },
  plain,
)
const stopsign: fc.Arbitrary<StopSign | undefined> = fc.option(
  fc.record(
    {
      nextConfig: fc.record(
        {
          configurationId: number,
          nodes: fc.array(number, { maxLength: 3 }),
          flexibleQuorum: fc.record({ readQuorumSize: number, writeQuorumSize: number }, plain),
        },
        { requiredKeys: ['configurationId', 'nodes'], noNullPrototype: true },
      ),
      metadata: fc.uint8Array({ maxLength: 4 }),
    },
    { requiredKeys: ['nextConfig'], noNullPrototype: true },
  ),
  { nil: undefined },
)

const op: fc.Arbitrary<AnyOp> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('appendEntry' as const), entry: value }, plain) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('appendEntries' as const), entries: values }, plain),
  },
  {
    weight: 3,
    arbitrary: fc.record(
      { kind: fc.constant('appendOnPrefix' as const), from: index, entries: values },
      plain,
    ),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('setPromise' as const), ballot }, plain) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('setAcceptedRound' as const), ballot }, plain) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('setStopsign' as const), stopsign }, plain) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('setDecidedIdx' as const), index }, plain) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('setCompactedIdx' as const), index }, plain) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('trim' as const), upTo: index }, plain) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('setSnapshot' as const), snapshot: value }, plain) },
)
const write: fc.Arbitrary<PaxosWrite> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('one' as const), op }, plain) },
  {
    weight: 2,
    arbitrary: fc.record(
      { kind: fc.constant('atomic' as const), ops: fc.array(op, { maxLength: 4 }) },
      plain,
    ),
  },
)

const deep = (): unknown => {
  let nested: unknown = 'the bottom'
  for (let depth = 0; depth < 600; depth++) nested = [nested]
  return nested
}
const unencodable = fc.constantFrom<unknown>(Symbol('s'), { f: () => 1 }, [1, { deep: Symbol('t') }], deep())
const badIndex = fc.constantFrom<unknown>(-1, 0.5, Number.NaN, 2 ** 53, '1', undefined)
const badBallot = fc.constantFrom<unknown>(
  undefined,
  null,
  5,
  {},
  { configId: 0, n: 1, priority: 0 },
  { configId: 0, n: -1, priority: 0, pid: 0 },
)
const badStopsign = fc.constantFrom<unknown>(
  {},
  { nextConfig: { configurationId: -1, nodes: [] } },
  { nextConfig: { configurationId: 1, nodes: 'x' } },
  { nextConfig: { configurationId: 1, nodes: [], flexibleQuorum: { readQuorumSize: 1 } } },
  { nextConfig: { configurationId: 1, nodes: [] }, metadata: 'text' },
)
const badOp: fc.Arbitrary<unknown> = fc.oneof(
  fc.record({ kind: fc.constant('appendEntry'), entry: unencodable }, plain),
  // In the middle: what stands before it must not be there either.
  fc.record({ kind: fc.constant('appendEntries'), entries: fc.tuple(value, unencodable, value) }, plain),
  fc.record({ kind: fc.constant('appendEntries'), entries: fc.constantFrom<unknown>(null, 'ab', 5) }, plain),
  fc.record(
    { kind: fc.constant('appendOnPrefix'), from: fc.constant(0), entries: fc.tuple(value, unencodable) },
    plain,
  ),
  fc.record({ kind: fc.constant('appendOnPrefix'), from: badIndex, entries: values }, plain),
  fc.record({ kind: fc.constantFrom('setPromise', 'setAcceptedRound'), ballot: badBallot }, plain),
  fc.record({ kind: fc.constant('setStopsign'), stopsign: badStopsign }, plain),
  fc.record({ kind: fc.constantFrom('setDecidedIdx', 'setCompactedIdx'), index: badIndex }, plain),
  fc.record({ kind: fc.constant('trim'), upTo: badIndex }, plain),
  fc.record({ kind: fc.constant('setSnapshot'), snapshot: unencodable }, plain),
)
const harmless: fc.Arbitrary<AnyOp> = fc.oneof(
  fc.record({ kind: fc.constant('appendEntry' as const), entry: value }, plain),
  fc.record({ kind: fc.constant('setDecidedIdx' as const), index }, plain),
  fc.record({ kind: fc.constant('setPromise' as const), ballot }, plain),
)
const refused: fc.Arbitrary<PaxosStep> = fc.oneof(
  badOp.map((given) => ({ kind: 'refused' as const, write: { kind: 'one' as const, given } })),
  fc
    .tuple(
      fc.array(harmless, { maxLength: 2 }),
      fc.oneof(badOp, fc.constantFrom<unknown>({ kind: 'flush' }, null, 5)),
      fc.array(harmless, { maxLength: 2 }),
    )
    .map(([before, bad, after]) => ({
      kind: 'refused' as const,
      write: { kind: 'atomic' as const, given: [...before, bad, ...after] },
    })),
  fc
    .constantFrom<unknown>(undefined, { kind: 'trim', upTo: 1 }, 'ops')
    .map((given) => ({ kind: 'refused' as const, write: { kind: 'atomic' as const, given } })),
)

const faults: readonly PaxosFault[] = [
  { site: 'log.commit.before', action: 'return', isThere: false, poisons: false },
  { site: 'log.commit.inside', action: 'throw(x)', isThere: false, poisons: false },
  { site: 'log.commit.inside', action: 'return(ENOSPC)', isThere: false, poisons: false },
  { site: 'log.commit.inside', action: 'return(EIO)', isThere: false, poisons: true },
  { site: 'log.commit.after', action: 'return', isThere: true, poisons: true },
  { site: 'log.defer', action: 'return', isThere: false, poisons: false },
]

const step: fc.Arbitrary<PaxosStep> = fc.oneof(
  { weight: 18, arbitrary: fc.record({ kind: fc.constant('write' as const), write }, plain) },
  { weight: 2, arbitrary: refused },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        kind: fc.constant('lost' as const),
        at: fc.constantFrom('operation' as const, 'deferred' as const),
        action: fc.constantFrom('return', 'throw(x)', 'return(EIO)', 'return(ENOSPC)'),
        write,
      },
      plain,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      { kind: fc.constant('fault' as const), fault: fc.constantFrom(...faults), write },
      plain,
    ),
  },
  { weight: 1, arbitrary: fc.constant<PaxosStep>({ kind: 'readFault' }) },
  {
    weight: 3,
    arbitrary: fc.record(
      { kind: fc.constant('getEntries' as const), from: index, to: fc.nat({ max: 15 }) },
      plain,
    ),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('getSuffix' as const), from: index }, plain) },
  { weight: 1, arbitrary: fc.constant<PaxosStep>({ kind: 'flush' }) },
  {
    weight: 2,
    arbitrary: fc.record(
      { kind: fc.constant('reopen' as const), how: fc.constantFrom('close' as const, 'abandon' as const) },
      plain,
    ),
  },
)

export const paxosHistory: fc.Arbitrary<PaxosHistory> = fc.record(
  {
    commit: fc.constantFrom<readonly PaxosDeferredKind[]>(
      [],
      ['setDecidedIdx'],
      ['trim', 'setCompactedIdx'],
      ['setDecidedIdx', 'setCompactedIdx', 'trim', 'setSnapshot'],
    ),
    steps: fc.array(step, { maxLength: 40, size: 'max' }),
  },
  plain,
)
