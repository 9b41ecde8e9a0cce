/** Metadata: named values beside the log. */
import assert from 'node:assert/strict'
import { InvalidArgumentError } from '../../../errors.ts'
import type { ContractCase } from '../contract-case.ts'
import { assertLog, assertThrows, metaOf } from '../expectations.ts'
import { append, bytes, deleteMeta, replaceSuffix, setMeta, trim } from '../log-ops.ts'

export const metaCases: readonly ContractCase[] = [
  {
    id: 'LOG-META-001',
    rule: 'Metadata that was never set is undefined, also where an index or a name begins alike.',
    edge: [107, 114],
    run({ open }) {
      const log = open()
      log.commit([append('a'), setMeta('promise', '1')])
      for (const key of ['p', 'promis', 'promise2', 'Promise', '0', '\0']) {
        assert.equal(log.getMeta(key), undefined, JSON.stringify(key))
      }
    },
  },
  {
    id: 'LOG-META-002',
    rule: 'A value is stored under its name, and the last one set holds.',
    edge: [111, 116],
    run({ open, reopen }) {
      let log = open()
      log.commit([setMeta('a', '1'), setMeta('b', '2')])
      log.commit([setMeta('a', 'a longer value than the one before')])
      log = reopen(log)
      assert.equal(metaOf(log, 'a'), 'a longer value than the one before')
      assert.equal(metaOf(log, 'b'), '2')
      assertLog(log, { first: 0, next: 0, values: [] })
    },
  },
  {
    id: 'LOG-META-003',
    rule: 'Deleted metadata is undefined, also after a reopen, and deleting what is not there is fine.',
    run({ open, reopen }) {
      let log = open()
      log.commit([setMeta('a', '1'), setMeta('b', '2')])
      log.commit([deleteMeta('a'), deleteMeta('never')])
      assert.equal(log.getMeta('a'), undefined)
      log = reopen(log)
      assert.equal(log.getMeta('a'), undefined)
      assert.equal(metaOf(log, 'b'), '2')
    },
  },
  {
    id: 'LOG-META-004',
    rule: 'Bytes given are copied and bytes returned are copies, committed and deferred alike.',
    run({ open }) {
      const log = open()
      const [committed, deferred] = [bytes('one'), bytes('two')]
      log.commit([{ kind: 'setMeta', key: 'committed', value: committed }])
      log.defer([{ kind: 'setMeta', key: 'deferred', value: deferred }])
      committed.fill(0x78)
      deferred.fill(0x78)
      log.getMeta('committed')?.fill(0x78)
      log.getMeta('deferred')?.fill(0x78)
      assert.deepEqual([metaOf(log, 'committed'), metaOf(log, 'deferred')], ['one', 'two'])
      log.flush()
      log.getMeta('deferred')?.fill(0x78)
      assert.equal(metaOf(log, 'deferred'), 'two')
    },
  },
  {
    id: 'LOG-META-005',
    rule: 'A value of no bytes is not an absent one.',
    edge: ['F-9'],
    run({ open, reopen }) {
      let log = open()
      log.commit([setMeta('empty', ''), { kind: 'setMeta', key: 'none', value: new Uint8Array() }])
      assert.deepEqual([log.getMeta('empty'), log.getMeta('none')], [new Uint8Array(), new Uint8Array()])
      log = reopen(log)
      assert.deepEqual([log.getMeta('empty'), log.getMeta('none')], [new Uint8Array(), new Uint8Array()])
    },
  },
  {
    id: 'LOG-META-006',
    rule: 'Any name of 1 to 255 bytes is free to use: none collides with another, an entry, or what the store keeps.',
    edge: [106, 192],
    run({ open, reopen }) {
      const names = [
        '\0',
        '\x01',
        '\x02',
        '\x03',
        'L',
        'M',
        'cursor',
        'é',
        'e\u0301',
        '日本',
        '😀',
        'a',
        'aa',
      ]
      names.push('k'.repeat(255), 'é'.repeat(127), '\xff\xff')
      let log = open()
      log.commit([append('entry'), ...names.map((name, position) => setMeta(name, `value ${position}`))])
      log = reopen(log)
      assert.deepEqual(
        names.map((name) => metaOf(log, name)),
        names.map((_, position) => `value ${position}`),
      )
      assertLog(log, { first: 0, next: 1, values: ['entry'] })
    },
  },
  {
    id: 'LOG-META-007',
    rule: 'Trimming and truncating every entry leaves the metadata alone.',
    edge: [110],
    run({ open, reopen }) {
      let log = open()
      log.commit([append('a', 'b', 'c'), setMeta('vote', '7')])
      log.commit([replaceSuffix(1)])
      log.commit([trim(1)])
      assert.equal(metaOf(log, 'vote'), '7')
      log = reopen(log)
      assert.equal(metaOf(log, 'vote'), '7')
    },
  },
  {
    id: 'LOG-META-008',
    rule: 'Of several changes to one name in a commit, the last one holds.',
    run({ open, reopen }) {
      let log = open()
      log.commit([setMeta('a', '1'), deleteMeta('a'), setMeta('a', '2'), setMeta('b', '1'), deleteMeta('b')])
      assert.deepEqual([metaOf(log, 'a'), metaOf(log, 'b')], ['2', undefined])
      log = reopen(log)
      assert.deepEqual([metaOf(log, 'a'), metaOf(log, 'b')], ['2', undefined])
    },
  },
  {
    id: 'LOG-META-009',
    rule: 'A name that is empty, too long, no string, or not well-formed is refused, to read and to write.',
    run({ open }) {
      const log = open()
      log.commit([setMeta('kept', '1')])
      for (const name of ['', 'k'.repeat(256), 'é'.repeat(128), '\ud800', 7, null, undefined]) {
        const key = name as string
        assertThrows(InvalidArgumentError, () => log.getMeta(key), `getMeta(${String(name)})`)
        assertThrows(InvalidArgumentError, () => log.commit([setMeta('kept', '2'), setMeta(key, 'x')]))
        assertThrows(InvalidArgumentError, () => log.defer([setMeta('kept', '2'), deleteMeta(key)]))
      }
      assert.equal(metaOf(log, 'kept'), '1')
    },
  },
  {
    id: 'LOG-META-010',
    rule: 'A large value comes back whole, and may be replaced by a small one.',
    run({ open, reopen }) {
      const large = 'x'.repeat(200_000)
      let log = open()
      log.commit([setMeta('snapshot', large)])
      log = reopen(log)
      assert.equal(metaOf(log, 'snapshot'), large)
      log.commit([setMeta('snapshot', 'small')])
      assert.equal(metaOf(reopen(log), 'snapshot'), 'small')
    },
  },
]
