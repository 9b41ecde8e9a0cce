/** Beginning anew. */
import assert from 'node:assert/strict'
import { at, bytes, config, noop, put } from '../entries.ts'
import { applySteps, assertState } from '../expectations.ts'
import { StateModel } from '../model.ts'
import type { StateCase } from '../state-case.ts'

export const resetCases: readonly StateCase[] = [
  {
    id: 'SM-RESET-001',
    rule: 'After a reset nothing is there, no snapshot and no membership either, also after reopening, and entry 1 is applied',
    design: [67],
    run: async ({ start, reopen }) => {
      const machine = await start()
      await applySteps(machine, [put('k', 'v'), put('l', 'w', 10), config('m'), at(5, noop)])
      await machine.createSnapshot()
      await machine.reset()
      assertState(machine, new StateModel())
      assert.deepEqual(await machine.listSnapshots(), [])
      const again = await reopen(machine)
      assertState(again, new StateModel())
      assert.deepEqual(await again.listSnapshots(), [])
      assert.deepEqual({ ...again.durableApplied() }, { index: 0, term: 0, clock: 0, chain: 0 })
      await applySteps(again, [put('k', 'v')])
      assert.equal(again.applied().index, 1)
    },
  },
  {
    id: 'SM-RESET-002',
    rule: 'No lease of before a reset ends a key of after it',
    design: [52],
    run: async ({ start }) => {
      const machine = await start({ collectPerApply: 0 })
      await applySteps(machine, [put('k', 'v', 10)])
      await machine.reset()
      await applySteps(machine, [put('k', 'new'), at(100, noop)])
      assert.equal(await machine.collectExpired(10), 0)
      assert.ok(machine.get(bytes('k')))
      assert.equal(machine.leases.size, 0)
    },
  },
]
