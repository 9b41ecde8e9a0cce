/** Values to bytes and back. */
import assert from 'node:assert/strict'
import { CorruptionError, InvalidArgumentError } from '../../../errors.ts'
import type { PaxosStorage } from '../../../paxos/index.ts'
import type { CaseContext, ContractCase } from '../contract-case.ts'
import { assertThrows, eventsOf } from '../expectations.ts'
import { bytes, numbered } from '../log-ops.ts'
import { assertPaxos, ballot, type CaseOptions, openPaxos, reopenPaxos, stopSign } from './paxos-case.ts'

/** No codec stores a function. */
const unencodable = (() => 'no value') as unknown as string

export const paxosCodecCases: readonly ContractCase[] = [
  {
    id: 'PAXOS-CODEC-001',
    rule: 'An entry that does not encode, in the middle of a batch, is refused, and leaves nothing of the batch.',
    edge: ['P-2'],
    run(context) {
      let storage = openPaxos(context)
      storage.appendEntries(['a', 'b'])
      const batch = ['x', unencodable, 'y']
      const error = assertThrows(InvalidArgumentError, () => storage.appendEntries(batch))
      assert.equal(error.argument, 'entries[1]')
      assertThrows(InvalidArgumentError, () => storage.appendOnPrefix(0, batch))
      assertThrows(InvalidArgumentError, () => storage.appendEntry(unencodable))
      assertThrows(InvalidArgumentError, () => storage.setSnapshot({ deep: [unencodable] }))
      assertThrows(InvalidArgumentError, () => storage.appendEntries('text' as unknown as string[]))
      assertPaxos(storage, { suffix: ['a', 'b'], logLen: 2 })
      assert.equal(storage.appendEntry('c'), 3)
      storage = reopenPaxos(context, storage)
      assertPaxos(storage, { suffix: ['a', 'b', 'c'], logLen: 3 })
    },
  },
  {
    id: 'PAXOS-CODEC-002',
    rule: 'A refused value is told to the observer by operation and class, with the reason "invalid".',
    run(context) {
      const storage = openPaxos(context)
      assertThrows(InvalidArgumentError, () => storage.appendEntry(unencodable))
      assertThrows(InvalidArgumentError, () => storage.setSnapshot(unencodable))
      assert.deepEqual(
        eventsOf(context.events, 'writeFailure').map((event) => [event.operation, event.class, event.reason]),
        [
          ['append_entry', 'commit', 'invalid'],
          ['set_snapshot', 'deferred', 'invalid'],
        ],
      )
    },
  },
  {
    id: 'PAXOS-CODEC-003',
    rule: "The embedder's own codecs decide the bytes of entries and snapshots, both ways.",
    edge: [142],
    run(context) {
      const reversed = {
        encode: (value: string) => bytes([...value].reverse().join('')),
        decode: (stored: Uint8Array) => [...new TextDecoder().decode(stored)].reverse().join(''),
      }
      const options = { entryCodec: reversed, snapshotCodec: reversed } as CaseOptions
      let storage = openPaxos(context, options)
      storage.appendEntries(['abc', 'def'])
      storage.setSnapshot('ghi')
      assert.deepEqual(storage.log.read(0, 2), [bytes('cba'), bytes('fed')])
      storage = reopenPaxos(context, storage, options)
      assertPaxos(storage, { suffix: ['abc', 'def'], logLen: 2, snapshot: 'ghi' })
    },
  },
  {
    id: 'PAXOS-CODEC-004',
    rule: 'A codec may reuse the buffer that it encodes into.',
    run(context) {
      const buffer = new Uint8Array(2)
      const entryCodec = {
        encode: (value: string) => {
          buffer.set(bytes(value))
          return buffer
        },
        decode: (stored: Uint8Array) => new TextDecoder().decode(stored),
      }
      const storage = openPaxos(context, { entryCodec, snapshotCodec: entryCodec } as CaseOptions)
      storage.appendEntry('aa')
      storage.setSnapshot('ss')
      storage.appendEntry('bb')
      assertPaxos(storage, { suffix: ['aa', 'bb'], logLen: 2, snapshot: 'ss' })
    },
  },
  {
    id: 'PAXOS-CODEC-005',
    rule: 'Every kind of value decodes by itself, whatever was stored and trimmed before it.',
    run(context) {
      const values: readonly unknown[] = [
        { command: 'set', key: 'a', value: 1 },
        { command: 'set', key: 'b', value: 2 },
        null,
        '',
        0,
        -1.5,
        true,
        [1, [2, {}]],
        new Uint8Array([1, 2, 3]),
      ]
      const open = (): PaxosStorage<unknown> =>
        context.createPaxosStorage<unknown, unknown>(context.open(), {})
      let storage = open()
      storage.appendEntries(values)
      storage.close()
      storage = open()
      assert.deepEqual(storage.getSuffix(0), values)
      for (let from = 1; from <= values.length; from++) {
        storage.trim(from)
        storage.flush()
        assert.deepEqual(storage.getSuffix(0), values.slice(from))
      }
    },
  },
  {
    id: 'PAXOS-CODEC-006',
    rule: 'An entry whose bytes do not decode is CorruptionError with its index, never skipped and never data.',
    edge: [142, 162, 'P-15', 'S-12'],
    run(context) {
      const storage = openPaxos(context)
      storage.appendEntries(numbered(2))
      storage.log.commit([{ kind: 'append', entries: [Uint8Array.of(0xff, 0xff, 0xff)] }])
      storage.appendEntry('e3')
      for (const read of [() => storage.getEntries(0, 4), () => storage.getSuffix(1)]) {
        const error = assertThrows(CorruptionError, read)
        assert.equal(error.index, 2)
      }
      assert.equal(eventsOf(context.events, 'corruption').length, 2)
      assert.deepEqual(storage.getEntries(0, 2), numbered(2))
      assert.deepEqual(storage.getEntries(3, 4), ['e3'])
    },
  },
  {
    id: 'PAXOS-CODEC-007',
    rule: 'Ballots, indexes, snapshots and stop signs whose bytes are not theirs are CorruptionError, never a default.',
    edge: [114, 'R-6', 'S-12', 'F-19'],
    run(context) {
      const storage = openPaxos(context)
      storage.setPromise(ballot(1))
      storage.setAcceptedRound(ballot(1))
      storage.setDecidedIdx(1)
      storage.setSnapshot('s')
      storage.setStopsign(stopSign(2))
      const reads: readonly (readonly [key: string, read: () => unknown])[] = [
        ['paxos.promise', () => storage.getPromise()],
        ['paxos.accepted_round', () => storage.getAcceptedRound()],
        ['paxos.decided_idx', () => storage.getDecidedIdx()],
        ['paxos.snapshot', () => storage.getSnapshot()],
        ['paxos.stopsign', () => storage.getStopsign()],
      ]
      for (const [key, read] of reads) {
        for (const value of [new Uint8Array(), new Uint8Array(7).fill(0xff), new Uint8Array(33).fill(0xff)]) {
          storage.log.commit([{ kind: 'setMeta', key, value }])
          assertThrows(CorruptionError, read, `${key} of ${value.length} bytes`)
        }
      }
      assertThrows(CorruptionError, () => openedOnOversizedIndex(context, storage.log))
    },
  },
]

/** Eight bytes that are an index, but of more than a number holds exactly. */
function openedOnOversizedIndex(context: CaseContext, log: { close(): void }): unknown {
  log.close()
  const storage = openPaxos(context)
  const value = new Uint8Array(8).fill(0xff)
  storage.log.commit([{ kind: 'setMeta', key: 'paxos.decided_idx', value }])
  return storage.getDecidedIdx()
}
