/** `appendOnPrefix`: what a follower does when the leader disagrees with its suffix. */
import assert from 'node:assert/strict'
import { CompactedError, LogGapError, WriteFailedError } from '../../../errors.ts'
import type { ContractCase } from '../contract-case.ts'
import { assertThrows } from '../expectations.ts'
import { numbered } from '../log-ops.ts'
import { assertPaxos, crashPaxos, openPaxos, reopenPaxos } from './paxos-case.ts'

export const paxosPrefixCases: readonly ContractCase[] = [
  {
    id: 'PAXOS-PREFIX-001',
    rule: 'appendOnPrefix() keeps the prefix, replaces the rest, and returns the length.',
    edge: [26],
    run(context) {
      const storage = openPaxos(context)
      storage.appendEntries(['1', '2', '3'])
      assert.equal(storage.appendOnPrefix(1, ['9', '8']), 3)
      assertPaxos(storage, { suffix: ['1', '9', '8'], logLen: 3 })
    },
  },
  {
    id: 'PAXOS-PREFIX-002',
    rule: 'A shorter suffix moves the end back, and the next entry follows it without a gap.',
    edge: [27, 34],
    run(context) {
      let storage = openPaxos(context)
      storage.appendEntries(numbered(5))
      assert.equal(storage.appendOnPrefix(2, ['20', '30']), 4)
      assert.equal(storage.appendEntry('40'), 5)
      assert.deepEqual(storage.getEntries(4, 5), ['40'])
      storage.appendOnPrefix(2, ['x'])
      storage = reopenPaxos(context, storage)
      assertPaxos(storage, { suffix: ['e0', 'e1', 'x'], logLen: 3 })
    },
  },
  {
    // The store we start from moved its cursor to `from`: a phantom length, and a gap at the next append.
    id: 'PAXOS-PREFIX-003',
    rule: 'At or beyond the end, appendOnPrefix() without entries changes nothing.',
    edge: [28, 'T-4', 'tsoracle #401'],
    run(context) {
      let storage = openPaxos(context)
      storage.appendEntries(['a', 'b'])
      assert.deepEqual([storage.appendOnPrefix(2, []), storage.appendOnPrefix(10, [])], [2, 2])
      assert.equal(storage.appendEntry('c'), 3)
      storage = reopenPaxos(context, storage)
      assertPaxos(storage, { suffix: ['a', 'b', 'c'], logLen: 3 })
    },
  },
  {
    id: 'PAXOS-PREFIX-004',
    rule: 'Beyond the end, appendOnPrefix() with entries is LogGapError, and nothing is written.',
    edge: [9, 14, 15, 28, 42, 57, 'T-6'],
    run(context) {
      const storage = openPaxos(context)
      storage.appendEntries(['a', 'b'])
      assertThrows(LogGapError, () => storage.appendOnPrefix(3, ['x']))
      assertThrows(LogGapError, () => storage.appendOnPrefix(10, ['x', 'y']))
      assert.equal(storage.appendEntry('c'), 3)
      assertPaxos(storage, { suffix: ['a', 'b', 'c'], logLen: 3 })
    },
  },
  {
    id: 'PAXOS-PREFIX-005',
    rule: 'Below what was trimmed or compacted, appendOnPrefix() is CompactedError, and nothing is lost.',
    edge: [42, 'T-5', 'P-7'],
    run(context) {
      const storage = openPaxos(context)
      storage.appendEntries(numbered(6))
      storage.setCompactedIdx(4)
      assertThrows(CompactedError, () => storage.appendOnPrefix(2, ['x']))
      storage.trim(4)
      assertThrows(CompactedError, () => storage.appendOnPrefix(2, ['x']))
      assertThrows(CompactedError, () => storage.appendOnPrefix(3, []))
      assertPaxos(storage, { suffix: ['e4', 'e5'], logLen: 2, compactedIdx: 4 })
    },
  },
  {
    id: 'PAXOS-PREFIX-006',
    rule: 'Without entries, below the end, appendOnPrefix() truncates.',
    edge: [35],
    run(context) {
      let storage = openPaxos(context)
      storage.appendEntries(numbered(3))
      assert.equal(storage.appendOnPrefix(2, []), 2)
      assert.equal(storage.appendOnPrefix(0, []), 0)
      storage = crashPaxos(context, storage)
      assertPaxos(storage, {})
      assert.equal(storage.appendEntry('x'), 1)
    },
  },
  {
    id: 'PAXOS-PREFIX-007',
    rule: 'At the end, appendOnPrefix() is an append.',
    run(context) {
      const storage = openPaxos(context)
      assert.equal(storage.appendOnPrefix(0, ['a', 'b']), 2)
      assert.equal(storage.appendOnPrefix(2, ['c']), 3)
      assertPaxos(storage, { suffix: ['a', 'b', 'c'], logLen: 3 })
    },
  },
  {
    // The store we start from passed absolute indexes to an engine that counted from the floor.
    id: 'PAXOS-PREFIX-008',
    rule: 'Indexes stay absolute over compactions: reads, trims and replacements after two of them meet the right entries.',
    edge: ['T-1'],
    run(context) {
      const storage = openPaxos(context)
      storage.appendEntries(numbered(4))
      compactAt(4)
      assert.equal(storage.appendEntries(numbered(5, 4)), 5)
      assert.deepEqual(storage.getEntries(4, 9), numbered(5, 4))
      assert.deepEqual(storage.getEntries(8, 9), ['e8'])
      compactAt(8)
      assertPaxos(storage, { suffix: ['e8'], logLen: 1, compactedIdx: 8, snapshot: 'up to 8' })
      assert.equal(storage.appendOnPrefix(8, ['x', 'y']), 2)
      assertPaxos(storage, { suffix: ['x', 'y'], logLen: 2, compactedIdx: 8, snapshot: 'up to 8' })

      function compactAt(index: number): void {
        storage.setSnapshot(`up to ${index}`)
        storage.trim(index)
        storage.setCompactedIdx(index)
      }
    },
  },
  {
    id: 'PAXOS-PREFIX-009',
    rule: 'A replacement that fails leaves the old suffix whole, also across a crash.',
    edge: [44, 169, 'P-1', 'P-4', 'R-7'],
    run(context) {
      let storage = openPaxos(context)
      storage.appendEntries(['a', 'b', 'c'])
      for (const site of ['log.commit.before', 'log.commit.inside']) {
        const armed = context.failpoints.arm(site, 'return(ENOSPC)')
        assertThrows(WriteFailedError, () => storage.appendOnPrefix(1, ['x']))
        armed.disarm()
        assertPaxos(storage, { suffix: ['a', 'b', 'c'], logLen: 3 })
        storage = crashPaxos(context, storage)
        assertPaxos(storage, { suffix: ['a', 'b', 'c'], logLen: 3 })
      }
      assert.equal(storage.appendEntry('d'), 4)
    },
  },
  {
    id: 'PAXOS-PREFIX-010',
    rule: 'A replacement is one step: failing at the second hit of a site, if there is one, leaves the old suffix or the new.',
    edge: [44, 168, 'P-4', 'R-7'],
    run(context) {
      const storage = openPaxos(context)
      storage.appendEntries(['a', 'b', 'c'])
      const armed = context.failpoints.arm('log.commit.inside', '1*off->return(ENOSPC)')
      try {
        storage.appendOnPrefix(1, ['x'])
      } catch (error) {
        assert.ok(error instanceof WriteFailedError, String(error))
      }
      armed.disarm()
      const suffix = crashPaxos(context, storage).getSuffix(1)
      assert.deepEqual(suffix, suffix.length === 1 ? ['x'] : ['b', 'c'])
    },
  },
]
