/** What each command does. */
import assert from 'node:assert/strict'
import { bytes, cas, config, noop, put, remove, text, touch } from '../entries.ts'
import { applySteps, codesOf } from '../expectations.ts'
import type { StateCase } from '../state-case.ts'

export const writeCases: readonly StateCase[] = [
  {
    id: 'SM-PUT-001',
    rule: 'A put key has its value, made and modified by that entry',
    design: [8],
    run: async ({ start }) => {
      const machine = await start()
      await applySteps(machine, [noop, put('k', 'v')])
      assert.deepEqual(machine.get(bytes('k')), { value: bytes('v'), createIndex: 2, modIndex: 2 })
    },
  },
  {
    id: 'SM-PUT-002',
    rule: 'Putting again keeps the index that made the key',
    design: [9],
    run: async ({ start }) => {
      const machine = await start()
      await applySteps(machine, [put('k', 'v'), put('k', 'w')])
      assert.deepEqual(machine.get(bytes('k')), { value: bytes('w'), createIndex: 1, modIndex: 2 })
    },
  },
  {
    id: 'SM-PUT-003',
    rule: 'An empty value is a value, and replaces one, also after reopening',
    design: [10],
    run: async ({ start, reopen }) => {
      const machine = await start()
      await applySteps(machine, [put('k', 'old'), put('k', ''), put('n', '')])
      const again = await reopen(machine)
      assert.deepEqual(again.get(bytes('k'))?.value, new Uint8Array())
      assert.deepEqual(again.get(bytes('n'))?.value, new Uint8Array())
    },
  },
  {
    id: 'SM-DELETE-001',
    rule: 'Deleting a key removes it, and deleting none changes nothing and is fine',
    design: [11, 12],
    run: async ({ start }) => {
      const machine = await start()
      const { results } = await applySteps(machine, [put('k', 'v'), remove('k'), remove('k')])
      assert.deepEqual(
        results.map(({ code, changed, ok }) => [code, changed, ok]),
        [
          ['OK', true, true],
          ['OK', true, true],
          ['OK', false, true],
        ],
      )
      assert.equal(machine.get(bytes('k')), undefined)
      assert.equal(machine.size().keys, 0)
    },
  },
  {
    id: 'SM-DELETE-002',
    rule: 'A key that was deleted and put again was made by the second put',
    design: [9, 11],
    run: async ({ start }) => {
      const machine = await start()
      await applySteps(machine, [put('k', 'v'), remove('k'), put('k', 'w')])
      assert.equal(machine.get(bytes('k'))?.createIndex, 3)
    },
  },
  {
    id: 'SM-LIMIT-001',
    rule: 'A key of 1 to 1,024 bytes is taken, any other is a result, and the position advances each time',
    design: [13],
    run: async ({ start }) => {
      const machine = await start()
      const lengths = [0, 1, 1024, 1025]
      for (const [at, length] of lengths.entries()) {
        const expected = ['KEY_EMPTY', 'OK', 'OK', 'KEY_TOO_LONG'][at]
        const key = 'k'.repeat(length)
        assert.deepEqual(await codesOf(machine, [put(key, 'v')]), [expected])
        assert.deepEqual(await codesOf(machine, [remove(key), touch(key, 1)]), [
          expected,
          expected === 'OK' ? 'NOT_FOUND' : expected,
        ])
        assert.equal(machine.applied().index, 3 * (at + 1))
        assert.equal(machine.get(bytes(key)), undefined)
      }
    },
  },
  {
    id: 'SM-LIMIT-002',
    rule: 'A value of 8 MiB is taken and one byte more is a result',
    design: [14],
    run: async ({ start, reopen }) => {
      const machine = await start()
      const most = 8 * 1024 * 1024
      assert.deepEqual(await codesOf(machine, [put('k', 'v'.repeat(most))]), ['OK'])
      assert.deepEqual(await codesOf(machine, [put('k', 'v'.repeat(most + 1))]), ['VALUE_TOO_LARGE'])
      assert.deepEqual(await codesOf(machine, [cas('n', null, 'v'.repeat(most + 1))]), ['VALUE_TOO_LARGE'])
      const again = await reopen(machine)
      assert.equal(again.get(bytes('k'))?.value.length, most)
      assert.equal(again.applied().index, 3)
    },
  },
  {
    id: 'SM-CONFIG-001',
    rule: 'A config entry gives the membership and its place, also after reopening',
    design: [25],
    run: async ({ start, reopen }) => {
      const machine = await start()
      assert.equal(machine.membership(), undefined)
      assert.deepEqual(await codesOf(machine, [noop, config('abc'), noop]), ['OK', 'OK', 'OK'])
      const expected = { at: { index: 2, term: 1 }, bytes: bytes('abc') }
      assert.deepEqual(machine.membership(), expected)
      assert.deepEqual((await reopen(machine)).membership(), expected)
    },
  },
  {
    id: 'SM-RESULT-001',
    rule: 'There is one result for each entry, in its order, whatever kinds they are',
    design: [26],
    run: async ({ start }) => {
      const machine = await start()
      const steps = [
        noop,
        put('a', '1'),
        config('m'),
        cas('a', 'x', '2'),
        remove('z'),
        cas('a', '1', '2'),
        touch('z', 1),
      ]
      const { results } = await applySteps(machine, steps)
      assert.deepEqual(
        results.map(({ index, code }) => `${index} ${code}`),
        ['1 OK', '2 OK', '3 OK', '4 CAS_MISMATCH', '5 OK', '6 OK', '7 NOT_FOUND'],
      )
    },
  },
  {
    id: 'SM-RESULT-002',
    rule: 'What was there before is told if it was asked for',
    design: [26],
    run: async ({ start }) => {
      const machine = await start()
      const steps = [put('k', 'v'), put('k', 'w'), cas('k', 'x', 'y'), remove('k'), remove('k')]
      const { results } = await applySteps(machine, steps, { wantPrev: true })
      assert.deepEqual(
        results.map(({ prev }) =>
          prev === undefined ? 'untold' : prev && `${text(prev.value)} ${prev.modIndex}`,
        ),
        [null, 'v 1', 'w 2', 'w 2', null],
      )
      const silent = await applySteps(machine, [put('k', 'v')])
      assert.equal(silent.results[0]?.prev, undefined)
    },
  },
]
