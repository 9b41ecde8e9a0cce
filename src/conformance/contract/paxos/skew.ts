/**
 * What belongs together stays together: decided index and log, floor and length, snapshot and floor. Each step of an engine
 * is made to fail at each site it passes, and then crashes.
 */
import assert from 'node:assert/strict'
import { WriteFailedError } from '../../../errors.ts'
import type { PaxosOp } from '../../../paxos/index.ts'
import type { CaseContext, ContractCase } from '../contract-case.ts'
import { assertThrows } from '../expectations.ts'
import { numbered } from '../log-ops.ts'
import { assertPaxos, ballot, type CaseStorage, crashPaxos, openPaxos, type PaxosView } from './paxos-case.ts'

/** A step that an engine writes as one, and what is there before and after it. */
interface Step {
  readonly ops: readonly PaxosOp<string, unknown>[]
  readonly before: Partial<PaxosView>
  readonly after: Partial<PaxosView>
}

const sitesOfCommit = ['paxos.write_atomically', 'log.commit.before', 'log.commit.inside']
const sitesOfDefer = ['paxos.write_atomically', 'paxos.deferred_write', 'log.defer']
const start: Partial<PaxosView> = { suffix: numbered(5), logLen: 5, decidedIdx: 3, acceptedRound: ballot(1) }

export const paxosSkewCases: readonly ContractCase[] = [
  {
    id: 'PAXOS-SKEW-001',
    rule: 'When a follower syncs, log, accepted round and decided index change together or not at all.',
    edge: [168],
    run: (context) =>
      assertCommittedStep(context, {
        ops: [
          { kind: 'appendOnPrefix', from: 3, entries: ['x', 'y', 'z'] },
          { kind: 'setAcceptedRound', ballot: ballot(2) },
          { kind: 'setDecidedIdx', index: 5 },
        ],
        before: start,
        after: {
          suffix: ['e0', 'e1', 'e2', 'x', 'y', 'z'],
          logLen: 6,
          decidedIdx: 5,
          acceptedRound: ballot(2),
        },
      }),
  },
  {
    id: 'PAXOS-SKEW-002',
    rule: 'When a follower accepts and decides at once, the decided index is never ahead of the log.',
    edge: [168],
    run: (context) =>
      assertCommittedStep(context, {
        ops: [
          { kind: 'setDecidedIdx', index: 7 },
          { kind: 'appendEntries', entries: ['e5', 'e6'] },
        ],
        before: start,
        after: { ...start, suffix: numbered(7), logLen: 7, decidedIdx: 7 },
      }),
  },
  {
    id: 'PAXOS-SKEW-003',
    rule: 'When a leader has its majority of promises, accepted round and log change together or not at all.',
    edge: [168],
    run: (context) =>
      assertCommittedStep(context, {
        ops: [
          { kind: 'setAcceptedRound', ballot: ballot(4) },
          { kind: 'setPromise', ballot: ballot(4) },
          { kind: 'appendOnPrefix', from: 4, entries: ['x'] },
        ],
        before: start,
        after: {
          ...start,
          suffix: [...numbered(4), 'x'],
          promise: ballot(4),
          acceptedRound: ballot(4),
        },
      }),
  },
  {
    id: 'PAXOS-SKEW-004',
    rule: 'When a log is trimmed, floor and length change together, and their sum not at all.',
    edge: [168],
    run: (context) =>
      assertDeferredStep(context, {
        ops: [
          { kind: 'trim', upTo: 3 },
          { kind: 'setCompactedIdx', index: 3 },
        ],
        before: start,
        after: { ...start, suffix: ['e3', 'e4'], logLen: 2, compactedIdx: 3 },
      }),
  },
  {
    id: 'PAXOS-SKEW-005',
    rule: 'When a snapshot is taken, it is there exactly if the floor has moved.',
    edge: [168],
    run: (context) =>
      assertDeferredStep(context, {
        ops: [
          { kind: 'setSnapshot', snapshot: 'up to 3' },
          { kind: 'setCompactedIdx', index: 3 },
          { kind: 'trim', upTo: 3 },
        ],
        before: start,
        after: { ...start, suffix: ['e3', 'e4'], logLen: 2, compactedIdx: 3, snapshot: 'up to 3' },
      }),
  },
  {
    id: 'PAXOS-SKEW-006',
    rule: 'An engine that compacts call by call, and takes back what it did when one fails, is where it began.',
    edge: [168, 'P-1', 'T-9'],
    run(context) {
      let storage = started(context)
      const calls = ['set_compacted_idx', 'trim', 'set_snapshot'] as const
      for (const failing of calls) {
        const armed = context.failpoints.arm(`paxos.${failing}`, 'return')
        assertThrows(WriteFailedError, () => compactByCalls(storage), failing)
        armed.disarm()
        storage.setCompactedIdx(0)
        assert.equal(storage.getLogLen() + storage.getCompactedIdx(), 5, failing)
        // The trim goes last, as it cannot be taken back.
        assertPaxos(storage, start)
      }
      storage = crashPaxos(context, storage)
      assertPaxos(storage, start)
    },
  },
  {
    id: 'PAXOS-SKEW-007',
    rule: 'Whichever deferred write is lost, after a crash the decided index is not ahead of the log nor behind an acked one.',
    edge: [118, 168, 'T-10'],
    run(context) {
      let storage = openPaxos(context)
      let decidedMin = 0
      for (let count = 1; count <= 4; count++) {
        storage.appendEntry(`e${count}`)
        const armed = context.failpoints.arm('paxos.deferred_write', count % 2 === 0 ? 'return' : 'off')
        if (count % 2 === 0) assertThrows(WriteFailedError, () => storage.setDecidedIdx(count))
        else storage.setDecidedIdx(count)
        armed.disarm()
        if (count === 3) {
          storage.setPromise(ballot(count))
          decidedMin = count
        }
        storage = crashPaxos(context, storage)
        const decided = storage.getDecidedIdx()
        assert.ok(decided <= storage.getLogLen(), `decided ${decided} of ${count}`)
        assert.ok(decided >= decidedMin, `decided ${decided} after ${decidedMin} was durable`)
        assert.equal(storage.getLogLen(), count)
      }
    },
  },
]

/** Fails the step at each of its sites, and at each hit of it; at last lets it succeed. */
function assertCommittedStep(context: CaseContext, { ops, before, after }: Step): void {
  let storage = started(context)
  for (const site of sitesOfCommit) {
    const armed = context.failpoints.arm(site, 'return(ENOSPC)')
    assertThrows(WriteFailedError, () => storage.writeAtomically(ops), site)
    armed.disarm()
    assertPaxos(storage, before)
    storage = crashPaxos(context, storage)
    assertPaxos(storage, before)
  }
  const armed = context.failpoints.arm('log.commit.after', 'return')
  assertThrows(WriteFailedError, () => storage.writeAtomically(ops))
  armed.disarm()
  storage = crashPaxos(context, storage)
  assertPaxos(storage, after)
}

/** As for a committed step; then fails the flush that is to make it durable. */
function assertDeferredStep(context: CaseContext, { ops, before, after }: Step): void {
  let storage = started(context)
  for (const site of sitesOfDefer) {
    const armed = context.failpoints.arm(site, 'return')
    assertThrows(WriteFailedError, () => storage.writeAtomically(ops), site)
    armed.disarm()
    assertPaxos(storage, before)
  }
  for (const site of ['log.flush', 'log.commit.before', 'log.commit.inside', 'log.commit.after']) {
    storage.writeAtomically(ops)
    assertPaxos(storage, after)
    const armed = context.failpoints.arm(site, 'return(ENOSPC)')
    assertThrows(WriteFailedError, () => storage.flush(), site)
    armed.disarm()
    storage = crashPaxos(context, storage)
    assertPaxos(storage, site === 'log.commit.after' ? after : before)
  }
}

/** What {@link start} says, all of it durable. */
function started(context: CaseContext): CaseStorage {
  const storage = openPaxos(context)
  storage.appendEntries(numbered(5))
  storage.setAcceptedRound(ballot(1))
  storage.setDecidedIdx(3)
  storage.flush()
  return storage
}

/** Compaction as three calls, floor first. */
function compactByCalls(storage: CaseStorage): void {
  storage.setCompactedIdx(3)
  storage.setSnapshot(undefined)
  storage.trim(3)
}
