/** `writeAtomically`: all or nothing, whatever fails at whichever position. */
import assert from 'node:assert/strict'
import { HoldfastError, InvalidArgumentError, LogGapError, WriteFailedError } from '../../../errors.ts'
import type { PaxosOp } from '../../../paxos/index.ts'
import type { CaseContext, ContractCase } from '../contract-case.ts'
import { assertThrows } from '../expectations.ts'
import { numbered } from '../log-ops.ts'
import {
  assertPaxos,
  ballot,
  type CaseStorage,
  crashPaxos,
  openPaxos,
  type PaxosView,
  stopSign,
} from './paxos-case.ts'

type Op = PaxosOp<string, unknown>

/** One of every operation, each with an effect that is seen. */
const everyOp: readonly Op[] = [
  { kind: 'appendOnPrefix', from: 3, entries: ['x', 'y'] },
  { kind: 'appendEntry', entry: 'z' },
  { kind: 'appendEntries', entries: ['p', 'q'] },
  { kind: 'setPromise', ballot: ballot(2) },
  { kind: 'setAcceptedRound', ballot: ballot(2) },
  { kind: 'setStopsign', stopsign: stopSign(2) },
  { kind: 'setDecidedIdx', index: 3 },
  { kind: 'setSnapshot', snapshot: 's' },
  { kind: 'trim', upTo: 2 },
  { kind: 'setCompactedIdx', index: 2 },
]
const before: Partial<PaxosView> = { suffix: numbered(4), logLen: 4, promise: ballot(1) }
const after: Partial<PaxosView> = {
  suffix: ['e2', 'x', 'y', 'z', 'p', 'q'],
  logLen: 6,
  compactedIdx: 2,
  decidedIdx: 3,
  promise: ballot(2),
  acceptedRound: ballot(2),
  snapshot: 's',
  stopsign: stopSign(2),
}

/** Operations that fail, each for a reason of its own. */
const failingOps: readonly Op[] = [
  { kind: 'appendEntry', entry: (() => 'no value') as unknown as string },
  { kind: 'appendEntries', entries: ['fine', Symbol('no value') as unknown as string] },
  { kind: 'appendOnPrefix', from: 1000, entries: ['beyond the end'] },
  { kind: 'setPromise', ballot: { ...ballot(3), n: -1 } },
  { kind: 'setStopsign', stopsign: {} as never },
  { kind: 'setDecidedIdx', index: 0.5 },
  { kind: 'setSnapshot', snapshot: () => 'no value' },
  { kind: 'trim', upTo: -1 },
  { kind: 'noSuchOperation' } as unknown as Op,
  undefined as unknown as Op,
]

export const paxosAtomicCases: readonly ContractCase[] = [
  {
    id: 'PAXOS-ATOMIC-001',
    rule: 'writeAtomically() does every operation in the order given, and is durable when it returns.',
    run(context) {
      let storage = filled(context)
      storage.writeAtomically(everyOp)
      assertPaxos(storage, after)
      storage = crashPaxos(context, storage)
      assertPaxos(storage, after)
    },
  },
  {
    id: 'PAXOS-ATOMIC-002',
    rule: 'An operation that fails, at whatever position, leaves nothing of the others, also across a crash.',
    edge: [168, 'P-2', 'P-7'],
    run(context) {
      let storage = filled(context)
      for (let position = 0; position <= everyOp.length; position++) {
        const failing = failingOps[position % failingOps.length] as Op
        assertThrows(
          HoldfastError,
          () => storage.writeAtomically(everyOp.toSpliced(position, 0, failing)),
          `${failing?.kind} at ${position}`,
        )
        assertPaxos(storage, before)
      }
      storage = crashPaxos(context, storage)
      assertPaxos(storage, before)
    },
  },
  {
    id: 'PAXOS-ATOMIC-003',
    rule: 'The write after a failed one does not carry what the failed one left off.',
    edge: ['P-1', 'P-2'],
    run(context) {
      let storage = filled(context)
      for (const failing of failingOps) {
        assertThrows(HoldfastError, () =>
          storage.writeAtomically([
            { kind: 'appendEntry', entry: 'lost' },
            { kind: 'setDecidedIdx', index: 9 },
            failing,
          ]),
        )
      }
      assert.equal(storage.appendEntry('e4'), 5)
      storage = crashPaxos(context, storage)
      assertPaxos(storage, { ...before, suffix: numbered(5), logLen: 5 })
    },
  },
  {
    id: 'PAXOS-ATOMIC-004',
    rule: 'A medium that fails leaves nothing of the operations, also across a crash.',
    edge: [168, 169, 'P-4'],
    run(context) {
      let storage = filled(context)
      for (const site of ['paxos.write_atomically', 'log.commit.before', 'log.commit.inside']) {
        const armed = context.failpoints.arm(site, 'return(ENOSPC)')
        assertThrows(WriteFailedError, () => storage.writeAtomically(everyOp), site)
        armed.disarm()
        assertPaxos(storage, before)
        storage = crashPaxos(context, storage)
        assertPaxos(storage, before)
      }
    },
  },
  {
    id: 'PAXOS-ATOMIC-005',
    rule: 'A crash after the commit was durable, and before it returned, leaves all of the operations.',
    edge: [168],
    run(context) {
      let storage = filled(context)
      const armed = context.failpoints.arm('log.commit.after', 'return')
      assertThrows(WriteFailedError, () => storage.writeAtomically(everyOp))
      armed.disarm()
      storage = crashPaxos(context, storage)
      assertPaxos(storage, after)
    },
  },
  {
    id: 'PAXOS-ATOMIC-006',
    rule: 'With only deferred operations it is deferred: seen at once, and lost whole by a crash.',
    run(context) {
      let storage = filled(context)
      storage.writeAtomically(everyOp.slice(6))
      assertPaxos(storage, {
        ...before,
        suffix: ['e2', 'e3'],
        logLen: 2,
        compactedIdx: 2,
        decidedIdx: 3,
        snapshot: 's',
      })
      storage = crashPaxos(context, storage)
      assertPaxos(storage, before)
    },
  },
  {
    id: 'PAXOS-ATOMIC-007',
    rule: 'One operation of the committed class, at whatever position, makes all of them durable.',
    run(context) {
      let storage = filled(context)
      const deferred: readonly Op[] = [
        { kind: 'setDecidedIdx', index: 1 },
        { kind: 'setSnapshot', snapshot: 's' },
      ]
      for (let position = 0; position <= deferred.length; position++) {
        const promise = ballot(10 + position)
        const ops = deferred.toSpliced(position, 0, { kind: 'setPromise', ballot: promise })
        storage.writeAtomically([...ops, { kind: 'setDecidedIdx', index: 1 + position }])
        storage = crashPaxos(context, storage)
        assertPaxos(storage, { ...before, promise, snapshot: 's', decidedIdx: 1 + position })
      }
    },
  },
  {
    id: 'PAXOS-ATOMIC-008',
    rule: 'No operations change nothing, and what is no list of operations is refused.',
    run(context) {
      const storage = filled(context)
      storage.writeAtomically([])
      for (const ops of [undefined, null, 'all', everyOp[0]]) {
        assertThrows(InvalidArgumentError, () => storage.writeAtomically(ops as unknown as Op[]))
      }
      assertPaxos(storage, before)
    },
  },
  {
    id: 'PAXOS-ATOMIC-009',
    rule: 'Later operations see earlier ones: a suffix may be replaced that was appended in the same call.',
    run(context) {
      const storage = filled(context)
      storage.writeAtomically([
        { kind: 'appendEntries', entries: ['a', 'b', 'c'] },
        { kind: 'appendOnPrefix', from: 5, entries: ['B'] },
        { kind: 'setDecidedIdx', index: 5 },
        { kind: 'setDecidedIdx', index: 6 },
      ])
      assertPaxos(storage, { ...before, suffix: [...numbered(4), 'a', 'B'], logLen: 6, decidedIdx: 6 })
      assertThrows(LogGapError, () =>
        storage.writeAtomically([
          { kind: 'appendOnPrefix', from: 2, entries: [] },
          { kind: 'appendOnPrefix', from: 3, entries: ['x'] },
        ]),
      )
      assert.equal(storage.getLogLen(), 6)
    },
  },
  {
    id: 'PAXOS-ATOMIC-010',
    rule: 'The sync of a new leader clears the stop sign and replaces the suffix in one step.',
    edge: [137],
    run(context) {
      let storage = filled(context)
      storage.setStopsign(stopSign(2))
      const sync: readonly Op[] = [
        { kind: 'appendOnPrefix', from: 2, entries: ['x'] },
        { kind: 'setStopsign', stopsign: undefined },
        { kind: 'setAcceptedRound', ballot: ballot(5) },
      ]
      const armed = context.failpoints.arm('log.commit.inside', 'return(ENOSPC)')
      assertThrows(WriteFailedError, () => storage.writeAtomically(sync))
      armed.disarm()
      storage = crashPaxos(context, storage)
      assertPaxos(storage, { ...before, stopsign: stopSign(2) })
      storage.writeAtomically(sync)
      storage = crashPaxos(context, storage)
      assertPaxos(storage, { ...before, suffix: ['e0', 'e1', 'x'], logLen: 3, acceptedRound: ballot(5) })
    },
  },
]

/** Four entries and a promise. */
function filled(context: CaseContext): CaseStorage {
  const storage = openPaxos(context)
  storage.appendEntries(numbered(4))
  storage.setPromise(ballot(1))
  return storage
}
