/** What a crash may take from Paxos storage, and what it may not. */
import assert from 'node:assert/strict'
import { WriteFailedError } from '../../../errors.ts'
import type { CaseContext, ContractCase } from '../contract-case.ts'
import { assertThrows } from '../expectations.ts'
import { numbered } from '../log-ops.ts'
import { assertPaxos, ballot, crashPaxos, openFilledPaxos, openPaxos } from './paxos-case.ts'

export const paxosCrashCases: readonly ContractCase[] = [
  {
    id: 'PAXOS-CRASH-001',
    rule: 'Where a trim survived and its floor was lost, storage goes on forward only: nothing trimmed comes back.',
    edge: [151, 'T-10'],
    run(context) {
      let storage = openFilledPaxos(context, 5)
      storage.trim(3)
      losing(context, () => storage.setCompactedIdx(3))
      storage.appendEntry('e5')
      storage = crashPaxos(context, storage)
      assertPaxos(storage, { suffix: numbered(3, 3), logLen: 6 })
      assert.deepEqual(storage.getEntries(0, 6), [])
      assert.equal(storage.appendEntry('e6'), 7)
      storage.setCompactedIdx(3)
      assertPaxos(storage, { suffix: numbered(4, 3), logLen: 4, compactedIdx: 3 })
    },
  },
  {
    id: 'PAXOS-CRASH-002',
    rule: 'Where everything was trimmed and the floor was lost, the next entry still follows the last one accepted.',
    edge: [60, 151, 'T-3'],
    run(context) {
      let storage = openFilledPaxos(context, 4)
      storage.trim(4)
      losing(context, () => storage.setCompactedIdx(4))
      storage.flush()
      storage = crashPaxos(context, storage)
      assert.equal(storage.getLogLen() + storage.getCompactedIdx(), 4)
      storage.appendEntry('e4')
      assert.deepEqual(storage.getEntries(4, 5), ['e4'])
      assertPaxos(storage, { suffix: ['e4'], logLen: 5 })
    },
  },
  {
    id: 'PAXOS-CRASH-003',
    rule: 'Where the floor survived and the trim was lost, the length counts from the floor and the trim may be done again.',
    edge: ['T-3'],
    run(context) {
      let storage = openFilledPaxos(context, 4)
      storage.setCompactedIdx(3)
      losing(context, () => storage.trim(3))
      storage.setPromise(ballot(1))
      storage = crashPaxos(context, storage)
      assert.deepEqual([storage.getLogLen(), storage.getSuffix(3)], [1, ['e3']])
      storage.trim(3)
      assertPaxos(storage, { suffix: ['e3'], logLen: 1, compactedIdx: 3, promise: ballot(1) })
    },
  },
  {
    id: 'PAXOS-CRASH-004',
    rule: 'A promise and an accepted round never go back behind one that returned.',
    edge: ['P-8', 'R-2', 117],
    run(context) {
      let storage = openPaxos(context)
      for (const n of [1, 2, 3]) {
        storage.setPromise(ballot(n))
        storage = crashPaxos(context, storage)
        assert.deepEqual(storage.getPromise(), ballot(n))
        storage.setAcceptedRound(ballot(n))
        storage = crashPaxos(context, storage)
        assertPaxos(storage, { promise: ballot(n), acceptedRound: ballot(n) })
      }
    },
  },
  {
    id: 'PAXOS-CRASH-005',
    rule: 'A decided index that a crash took back lags behind the log, which is whole.',
    edge: [118, 'T-10', 'tsoracle #427'],
    run(context) {
      let storage = openFilledPaxos(context, 3)
      storage.setDecidedIdx(1)
      storage.appendEntry('e3')
      storage.setDecidedIdx(4)
      storage = crashPaxos(context, storage)
      assertPaxos(storage, { suffix: numbered(4), logLen: 4, decidedIdx: 1 })
    },
  },
  {
    id: 'PAXOS-CRASH-006',
    rule: 'Whatever is deferred is lost together, from the last commit on, and comes back as it was there.',
    edge: [151, 168],
    run(context) {
      let storage = openFilledPaxos(context, 4)
      storage.setSnapshot('old')
      storage.setDecidedIdx(1)
      storage.setPromise(ballot(1))
      storage.setSnapshot('new')
      storage.setDecidedIdx(4)
      storage.trim(4)
      storage.setCompactedIdx(4)
      storage = crashPaxos(context, storage)
      assertPaxos(storage, {
        suffix: numbered(4),
        logLen: 4,
        decidedIdx: 1,
        promise: ballot(1),
        snapshot: 'old',
      })
    },
  },
  {
    id: 'PAXOS-CRASH-007',
    rule: 'Whatever is deferred rides with the next commit of any kind.',
    edge: ['T-10'],
    run(context) {
      let storage = openFilledPaxos(context, 4)
      storage.setSnapshot('s')
      storage.trim(2)
      storage.setCompactedIdx(2)
      storage.setDecidedIdx(3)
      storage.setPromise(ballot(1))
      storage = crashPaxos(context, storage)
      assertPaxos(storage, {
        suffix: numbered(2, 2),
        logLen: 2,
        compactedIdx: 2,
        decidedIdx: 3,
        promise: ballot(1),
        snapshot: 's',
      })
    },
  },
  {
    id: 'PAXOS-CRASH-008',
    rule: 'A deferred operation that the embedder raised to a commit is durable when it returns.',
    run(context) {
      const options = { commit: ['setDecidedIdx', 'setCompactedIdx', 'trim', 'setSnapshot'] } as const
      let storage = openPaxos(context, options)
      storage.appendEntries(numbered(3))
      storage.setDecidedIdx(2)
      storage = crashPaxos(context, storage, options)
      assert.equal(storage.getDecidedIdx(), 2)
      storage.trim(1)
      storage = crashPaxos(context, storage, options)
      assert.deepEqual(storage.getSuffix(0), ['e1', 'e2'])
      storage.setCompactedIdx(1)
      storage = crashPaxos(context, storage, options)
      assert.equal(storage.getCompactedIdx(), 1)
      storage.setSnapshot('s')
      storage = crashPaxos(context, storage, options)
      assert.equal(storage.getSnapshot(), 's')
      storage.writeAtomically([{ kind: 'setDecidedIdx', index: 3 }])
      assert.equal(crashPaxos(context, storage).getDecidedIdx(), 3)
    },
  },
  {
    id: 'PAXOS-CRASH-009',
    rule: 'A promise that failed to be stored is not there after a crash, and the one before is.',
    edge: [168, 'P-2'],
    run(context) {
      let storage = openPaxos(context)
      storage.setPromise(ballot(1))
      for (const site of ['log.commit.before', 'log.commit.inside']) {
        const armed = context.failpoints.arm(site, 'return(ENOSPC)')
        assertThrows(WriteFailedError, () => storage.setPromise(ballot(2)))
        armed.disarm()
        assert.deepEqual(storage.getPromise(), ballot(1))
        storage = crashPaxos(context, storage)
        assert.deepEqual(storage.getPromise(), ballot(1))
      }
    },
  },
]

/** Makes the deferred write in `body` vanish, as a lost non-synced write. */
function losing(context: CaseContext, body: () => void): void {
  const armed = context.failpoints.arm('paxos.deferred_write', 'return')
  assertThrows(WriteFailedError, body)
  armed.disarm()
}
