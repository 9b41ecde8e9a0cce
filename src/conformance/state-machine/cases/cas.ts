/** Compare and swap. */
import assert from 'node:assert/strict'
import { bytes, cas, put, remove, text } from '../entries.ts'
import { codesOf } from '../expectations.ts'
import type { ModelCommand } from '../model.ts'
import type { StateCase } from '../state-case.ts'

/** One compare and swap, after what is put before it. */
function swapCase(
  at: { readonly id: string; readonly rule: string; readonly design: readonly number[] },
  before: readonly ModelCommand[],
  swap: ModelCommand,
  expected: { readonly code: string; readonly value: string | undefined },
): StateCase {
  return {
    ...at,
    run: async ({ start }) => {
      const machine = await start()
      if (before.length > 0) await codesOf(machine, before)
      assert.deepEqual(await codesOf(machine, [swap]), [expected.code])
      const read = machine.get(bytes('k'))
      assert.equal(read && text(read.value), expected.value)
    },
  }
}

export const casCases: readonly StateCase[] = [
  swapCase(
    { id: 'SM-CAS-001', rule: 'Of an absent key, expected absent, it puts', design: [16] },
    [],
    cas('k', null, 'B'),
    { code: 'OK', value: 'B' },
  ),
  swapCase(
    { id: 'SM-CAS-002', rule: 'Of a key that is there, expected absent, it changes nothing', design: [17] },
    [put('k', 'A')],
    cas('k', null, 'B'),
    { code: 'CAS_MISMATCH', value: 'A' },
  ),
  swapCase(
    { id: 'SM-CAS-003', rule: 'Of the expected value it puts', design: [18] },
    [put('k', 'A')],
    cas('k', 'A', 'B'),
    { code: 'OK', value: 'B' },
  ),
  swapCase(
    { id: 'SM-CAS-004', rule: 'Of another value it changes nothing', design: [19] },
    [put('k', 'A')],
    cas('k', 'X', 'B'),
    { code: 'CAS_MISMATCH', value: 'A' },
  ),
  swapCase(
    { id: 'SM-CAS-005', rule: 'Of an absent key, expected a value, it changes nothing', design: [20] },
    [],
    cas('k', 'A', 'B'),
    { code: 'CAS_MISMATCH', value: undefined },
  ),
  swapCase(
    { id: 'SM-CAS-006', rule: 'An empty value is not an absent key', design: [21] },
    [put('k', '')],
    cas('k', null, 'B'),
    { code: 'CAS_MISMATCH', value: '' },
  ),
  swapCase(
    { id: 'SM-CAS-007', rule: 'An absent key has no empty value', design: [21] },
    [],
    cas('k', '', 'B'),
    { code: 'CAS_MISMATCH', value: undefined },
  ),
  swapCase(
    { id: 'SM-CAS-008', rule: 'An empty value can be expected', design: [21] },
    [put('k', '')],
    cas('k', '', 'B'),
    { code: 'OK', value: 'B' },
  ),
  {
    id: 'SM-CAS-009',
    rule: 'It sees what earlier entries of its chunk did',
    design: [22],
    run: async ({ start }) => {
      const machine = await start()
      assert.deepEqual(await codesOf(machine, [put('k', 'A'), cas('k', 'A', 'B')]), ['OK', 'OK'])
      assert.equal(text(machine.get(bytes('k'))?.value ?? bytes('?')), 'B')
    },
  },
  {
    id: 'SM-CAS-010',
    rule: 'Swaps and deletions of one key within a chunk follow each other',
    design: [23],
    run: async ({ start }) => {
      const machine = await start()
      const steps = [cas('k', null, 'A'), cas('k', 'A', 'B'), remove('k'), cas('k', null, 'C')]
      assert.deepEqual(await codesOf(machine, steps), ['OK', 'OK', 'OK', 'OK'])
      assert.deepEqual(machine.get(bytes('k')), { value: bytes('C'), createIndex: 4, modIndex: 4 })
    },
  },
]
