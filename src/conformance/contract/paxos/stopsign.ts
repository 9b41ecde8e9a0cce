/** The stop sign: the last entry of a configuration. */
import assert from 'node:assert/strict'
import { InvalidArgumentError } from '../../../errors.ts'
import type { StopSign } from '../../../paxos/index.ts'
import type { ContractCase } from '../contract-case.ts'
import { assertThrows } from '../expectations.ts'
import { assertPaxos, crashPaxos, openPaxos, reopenPaxos, stopSign } from './paxos-case.ts'

export const paxosStopsignCases: readonly ContractCase[] = [
  {
    id: 'PAXOS-STOPSIGN-001',
    rule: 'There is no stop sign at first; the last one set is returned; undefined clears it.',
    edge: [134],
    run(context) {
      const storage = openPaxos(context)
      assert.equal(storage.getStopsign(), undefined)
      storage.setStopsign(stopSign(2))
      storage.setStopsign(stopSign(3))
      assertPaxos(storage, { stopsign: stopSign(3) })
      storage.setStopsign(undefined)
      assertPaxos(storage, {})
    },
  },
  {
    id: 'PAXOS-STOPSIGN-002',
    rule: 'A stop sign comes back with every field, those that may be absent included.',
    edge: [134],
    run(context) {
      let storage = openPaxos(context)
      const full: StopSign = {
        nextConfig: {
          configurationId: Number.MAX_SAFE_INTEGER,
          nodes: [3, 1, 2],
          flexibleQuorum: { readQuorumSize: 2, writeQuorumSize: 3 },
        },
        metadata: new Uint8Array([0, 1, 255]),
      }
      const bare: StopSign = { nextConfig: { configurationId: 0, nodes: [] } }
      const empty: StopSign = { ...bare, metadata: new Uint8Array() }
      for (const sign of [full, bare, empty]) {
        storage.setStopsign(sign)
        storage = reopenPaxos(context, storage)
        assert.deepEqual(storage.getStopsign(), sign)
      }
    },
  },
  {
    // The store we start from wrote it without a sync, although the engine counts it as accepted and answers right after.
    id: 'PAXOS-STOPSIGN-003',
    rule: 'A stop sign that was set survives a crash, with nothing written after it.',
    edge: [136, 'T-2'],
    run(context) {
      let storage = openPaxos(context)
      storage.appendEntry('a')
      storage.setStopsign(stopSign(2))
      storage = crashPaxos(context, storage)
      assertPaxos(storage, { suffix: ['a'], logLen: 1, stopsign: stopSign(2) })
    },
  },
  {
    id: 'PAXOS-STOPSIGN-004',
    rule: 'A stop sign that was cleared stays cleared over a crash.',
    edge: [137, 'T-2'],
    run(context) {
      let storage = openPaxos(context)
      storage.setStopsign(stopSign(2))
      storage.setStopsign(undefined)
      storage = crashPaxos(context, storage)
      assertPaxos(storage, {})
    },
  },
  {
    id: 'PAXOS-STOPSIGN-005',
    rule: 'What is no stop sign is refused, and the one before stays.',
    run(context) {
      const storage = openPaxos(context)
      storage.setStopsign(stopSign(2))
      const bad: readonly unknown[] = [
        null,
        7,
        {},
        { nextConfig: null },
        { nextConfig: { configurationId: -1, nodes: [] } },
        { nextConfig: { configurationId: 1, nodes: 'all' } },
        { nextConfig: { configurationId: 1, nodes: [1, -2] } },
        { nextConfig: { configurationId: 1, nodes: [], flexibleQuorum: { readQuorumSize: 1 } } },
        { nextConfig: { configurationId: 1, nodes: [] }, metadata: 'text' },
      ]
      for (const value of bad) {
        const sign = value as StopSign
        assertThrows(InvalidArgumentError, () => storage.setStopsign(sign), JSON.stringify(value))
      }
      assertPaxos(storage, { stopsign: stopSign(2) })
    },
  },
  {
    id: 'PAXOS-STOPSIGN-006',
    rule: 'A stop sign is no entry: neither the length nor a range counts it.',
    edge: [135, 136],
    run(context) {
      const storage = openPaxos(context)
      storage.appendEntry('a')
      storage.setStopsign(stopSign(2))
      assert.deepEqual([storage.getLogLen(), storage.getSuffix(0)], [1, ['a']])
      assert.deepEqual(storage.getEntries(0, 2), [])
    },
  },
]
