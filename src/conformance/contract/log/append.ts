/** Appending to the log. */
import assert from 'node:assert/strict'
import type { ContractCase } from '../contract-case.ts'
import { assertLog, eventsOf, textOf, valuesOf } from '../expectations.ts'
import { append, bytes, numbered } from '../log-ops.ts'

export const appendCases: readonly ContractCase[] = [
  {
    id: 'LOG-APPEND-001',
    rule: 'A new log is empty and begins at index 0.',
    edge: [1],
    run({ open }) {
      assertLog(open(), { first: 0, next: 0, values: [] })
    },
  },
  {
    id: 'LOG-APPEND-002',
    rule: 'An append writes at nextIndex and moves it by the number of entries.',
    edge: [2, 3],
    run({ open }) {
      const log = open()
      log.commit([append('a')])
      assertLog(log, { first: 0, next: 1, values: ['a'] })
      log.commit([append('b', 'c', 'd')])
      assertLog(log, { first: 0, next: 4, values: ['a', 'b', 'c', 'd'] })
    },
  },
  {
    id: 'LOG-APPEND-003',
    rule: 'An empty append and an empty commit change nothing, and may be given again.',
    edge: [4, 5],
    run({ open, reopen }) {
      const empty = append()
      let log = open()
      log.commit([empty])
      log.commit([])
      assertLog(log, { first: 0, next: 0, values: [] })
      log.commit([append('a')])
      log.commit([empty])
      log.commit([empty, empty])
      assertLog(log, { first: 0, next: 1, values: ['a'] })
      log = reopen(log)
      log.commit([append('b')])
      assertLog(log, { first: 0, next: 2, values: ['a', 'b'] })
    },
  },
  {
    id: 'LOG-APPEND-004',
    rule: 'Equal values are stored as entries of their own.',
    edge: [20],
    run({ open }) {
      const log = open()
      log.commit([append('same', 'same')])
      log.commit([append('same')])
      assertLog(log, { first: 0, next: 3, values: ['same', 'same', 'same'] })
    },
  },
  {
    id: 'LOG-APPEND-005',
    rule: 'The bytes given to an append may be reused as soon as it returns.',
    run({ open, reopen }) {
      const value = bytes('before')
      let log = open()
      log.commit([{ kind: 'append', entries: [value] }])
      value.fill(0x78)
      assertLog(log, { first: 0, next: 1, values: ['before'] })
      log = reopen(log)
      assertLog(log, { first: 0, next: 1, values: ['before'] })
    },
  },
  {
    id: 'LOG-APPEND-006',
    rule: 'The appends of one commit take effect in the order given.',
    run({ open }) {
      const log = open()
      log.commit([append('a'), append('b', 'c'), append(), append('d')])
      assertLog(log, { first: 0, next: 4, values: ['a', 'b', 'c', 'd'] })
    },
  },
  {
    id: 'LOG-APPEND-007',
    rule: 'A value of no bytes is an entry like any other, also after a reopen.',
    edge: ['F-9'],
    run({ open, reopen }) {
      let log = open()
      // Views of no bytes differ in what they are views of: some have no memory behind them at all.
      const kinds = [bytes(''), new Uint8Array(), Buffer.alloc(0), bytes('abc').subarray(3)]
      log.commit([{ kind: 'append', entries: [...kinds, bytes('a')] }])
      log = reopen(log)
      assertLog(log, { first: 0, next: 5, values: ['', '', '', '', 'a'] })
      assert.deepEqual(log.get(0), new Uint8Array())
    },
  },
  {
    id: 'LOG-APPEND-008',
    rule: 'Every byte of a value comes back, whatever it is.',
    run({ open, reopen }) {
      const every = Uint8Array.from({ length: 256 }, (_, byte) => byte)
      const log = open()
      log.commit([{ kind: 'append', entries: [every, Uint8Array.of(0), Uint8Array.of(0xff, 0)] }])
      const found = reopen(log).read(0, 3)
      assert.deepEqual(
        found.map((value) => [...value]),
        [[...every], [0], [0xff, 0]],
      )
    },
  },
  {
    id: 'LOG-APPEND-009',
    rule: 'A part of a larger buffer is stored as that part alone.',
    run({ open }) {
      const log = open()
      const whole = bytes('0123456789')
      log.commit([{ kind: 'append', entries: [whole.subarray(2, 5), Buffer.from('xyz').subarray(1)] }])
      assertLog(log, { first: 0, next: 2, values: ['234', 'yz'] })
    },
  },
  {
    id: 'LOG-APPEND-010',
    rule: 'One call with a hundred entries is one commit on the medium.',
    edge: [22],
    run({ open, events }) {
      const log = open()
      const [startsBefore, writesBefore] = [
        eventsOf(events, 'commitStart').length,
        eventsOf(events, 'write').length,
      ]
      log.commit([append(...numbered(100))], 'append_entries')
      assert.equal(eventsOf(events, 'commitStart').length - startsBefore, 1)
      const writes = eventsOf(events, 'write').slice(writesBefore)
      assert.deepEqual(
        writes.map((write) => [write.operation, write.class, write.appendedEntries, write.appendedBytes]),
        [['append_entries', 'commit', 100, 290]],
      )
      assertLog(log, { first: 0, next: 100, values: numbered(100) })
    },
  },
  {
    id: 'LOG-APPEND-011',
    rule: 'A walk that began before an append sees the entries appended since.',
    edge: [23],
    run({ open }) {
      const log = open()
      log.commit([append('a')])
      const walk = log.entries()
      assert.equal(textOf(walk.next().value?.value ?? bytes('none')), 'a')
      log.commit([append('b')])
      assert.deepEqual(walk.next().value, { index: 1, value: bytes('b') })
      assert.equal(walk.next().done, true)
    },
  },
  {
    id: 'LOG-APPEND-012',
    rule: 'Entries larger than the pages of a medium are stored whole, alone and among small ones.',
    edge: [12, 13],
    run({ open, reopen }) {
      const large = 'x'.repeat(1 << 20)
      let log = open()
      log.commit([append('a', large, 'b')])
      log.commit([append('c')])
      log = reopen(log)
      assert.deepEqual(valuesOf(log), ['a', large, 'b', 'c'])
      assert.deepEqual(log.audit(), [])
    },
  },
]
