/** Closing Paxos storage and opening it again. */
import assert from 'node:assert/strict'
import { LogClosedError } from '../../../errors.ts'
import type { ContractCase } from '../contract-case.ts'
import { assertThrows } from '../expectations.ts'
import { numbered } from '../log-ops.ts'
import {
  assertPaxos,
  ballot,
  crashPaxos,
  openPaxos,
  paxosViewOf,
  reopenPaxos,
  stopSign,
} from './paxos-case.ts'

export const paxosReopenCases: readonly ContractCase[] = [
  {
    id: 'PAXOS-REOPEN-001',
    rule: 'Reopened storage shows all that the closed one did, what was only deferred included.',
    edge: [109, 122, 138],
    run(context) {
      const storage = openPaxos(context)
      storage.appendEntries(numbered(5))
      storage.setPromise(ballot(4))
      storage.setAcceptedRound(ballot(3))
      storage.setStopsign(stopSign(2))
      storage.setDecidedIdx(4)
      storage.setSnapshot({ upTo: 2 })
      storage.trim(2)
      storage.setCompactedIdx(2)
      const view = paxosViewOf(storage)
      assert.deepEqual(paxosViewOf(reopenPaxos(context, storage)), view)
    },
  },
  {
    id: 'PAXOS-REOPEN-002',
    rule: 'flush() makes everything deferred durable: a crash right after it loses nothing.',
    edge: [182],
    run(context) {
      const storage = openPaxos(context)
      storage.appendEntries(numbered(5))
      storage.setDecidedIdx(4)
      storage.setSnapshot('s')
      storage.trim(2)
      storage.setCompactedIdx(2)
      storage.flush()
      const view = paxosViewOf(storage)
      assert.deepEqual(paxosViewOf(crashPaxos(context, storage)), view)
    },
  },
  {
    id: 'PAXOS-REOPEN-003',
    rule: 'Closed storage refuses every call with LogClosedError, and closing it again is fine.',
    edge: [146],
    run(context) {
      const storage = openPaxos(context)
      storage.appendEntry('a')
      storage[Symbol.dispose]()
      storage.close()
      for (const call of [
        () => storage.appendEntry('x'),
        () => storage.appendEntries([]),
        () => storage.appendOnPrefix(0, []),
        () => storage.setPromise(ballot(1)),
        () => storage.setAcceptedRound(ballot(1)),
        () => storage.setDecidedIdx(1),
        () => storage.setCompactedIdx(1),
        () => storage.trim(1),
        () => storage.setSnapshot('s'),
        () => storage.setStopsign(undefined),
        () => storage.writeAtomically([]),
        () => storage.flush(),
        () => storage.getEntries(0, 1),
        () => storage.getSuffix(0),
        () => storage.getLogLen(),
        () => storage.getPromise(),
        () => storage.getAcceptedRound(),
        () => storage.getDecidedIdx(),
        () => storage.getCompactedIdx(),
        () => storage.getSnapshot(),
        () => storage.getStopsign(),
      ]) {
        assertThrows(LogClosedError, call, String(call))
      }
      assertPaxos(openPaxos(context), { suffix: ['a'], logLen: 1 })
    },
  },
]
