/** Opening, serving, stopping, closing. */
import assert from 'node:assert/strict'
import type { StateMachine } from '../../../state-machine/index.ts'
import { bytes, noop, put } from '../entries.ts'
import { applySteps, assertRefused, assertState, codesOf } from '../expectations.ts'
import { StateModel } from '../model.ts'
import type { StateCase } from '../state-case.ts'

/** Every call that needs it to serve. */
const served: readonly (readonly [string, (machine: StateMachine) => unknown])[] = [
  ['applyChunk', (machine) => machine.applyChunk([])],
  ['get', (machine) => machine.get(bytes('k'))],
  ['getMulti', (machine) => machine.getMulti([bytes('k')])],
  ['scan', (machine) => machine.scan({ limit: 1 })],
  ['view', (machine) => machine.view()],
  ['size', (machine) => machine.size()],
  ['leases', (machine) => machine.leases.nextExpiry()],
]

/** Every other call that needs it to be open. */
const opened: readonly (readonly [string, (machine: StateMachine) => unknown])[] = [
  ['start', (machine) => machine.start()],
  ['stop', (machine) => machine.stop()],
  ['applied', (machine) => machine.applied()],
  ['durableApplied', (machine) => machine.durableApplied()],
  ['membership', (machine) => machine.membership()],
  ['waitApplied', (machine) => machine.waitApplied(0)],
  ['createSnapshot', (machine) => machine.createSnapshot()],
  ['currentSnapshot', (machine) => machine.currentSnapshot()],
  ['listSnapshots', (machine) => machine.listSnapshots()],
  ['openSnapshot', (machine) => machine.openSnapshot('x')],
  ['flush', (machine) => machine.flush()],
  ['checkpoint', (machine) => machine.checkpoint()],
  ['reset', (machine) => machine.reset()],
  ['collectExpired', (machine) => machine.collectExpired(1)],
  ['digest', (machine) => machine.digest()],
]

export const lifeCases: readonly StateCase[] = [
  {
    id: 'SM-LIFE-001',
    rule: 'A new directory holds nothing: index 0, term 0, clock 0, no keys, no snapshot',
    design: [1],
    run: async ({ create }) => {
      const machine = create()
      const { applied, isNew, replayedEntries, droppedBytes } = await machine.open()
      assert.deepEqual({ ...applied }, { index: 0, term: 0, clock: 0, chain: 0 })
      assert.deepEqual([isNew, replayedEntries, droppedBytes], [true, 0, 0])
      await machine.start()
      assertState(machine, new StateModel())
      assert.deepEqual({ ...machine.durableApplied() }, { index: 0, term: 0, clock: 0, chain: 0 })
      assert.equal(await machine.currentSnapshot(), undefined)
    },
  },
  {
    id: 'SM-LIFE-002',
    rule: 'One that is open and not started tells its position and serves nothing',
    design: [2],
    run: async ({ create }) => {
      const machine = create()
      assert.equal(machine.state, 'created')
      await machine.open()
      assert.equal(machine.applied().index, 0)
      for (const [name, call] of served) {
        await assertRefused(name, () => call(machine), { code: 'HOLDFAST_NOT_SERVING' })
      }
    },
  },
  {
    id: 'SM-LIFE-003',
    rule: 'Starting twice is fine',
    design: [3],
    run: async ({ start }) => {
      const machine = await start()
      await machine.start()
      assert.equal(machine.state, 'running')
      assert.deepEqual(await codesOf(machine, [put('k', 'v')]), ['OK'])
    },
  },
  {
    id: 'SM-LIFE-004',
    rule: 'Stopping twice is fine, and a stopped one serves nothing',
    design: [4],
    run: async ({ start }) => {
      const machine = await start()
      await machine.stop()
      await machine.stop()
      assert.equal(machine.state, 'stopped')
      for (const [name, call] of served) {
        await assertRefused(name, () => call(machine), { code: 'HOLDFAST_NOT_SERVING' })
      }
    },
  },
  {
    id: 'SM-LIFE-005',
    rule: 'One that was stopped and started has its data and leases',
    design: [5],
    run: async ({ start }) => {
      const machine = await start()
      await applySteps(machine, [put('k', 'v'), put('l', 'w', 100)])
      await machine.stop()
      await machine.start()
      assert.equal(machine.size().keys, 2)
      assert.equal(machine.leases.expireAt(bytes('l')), 100)
    },
  },
  {
    id: 'SM-LIFE-006',
    rule: 'Closing twice is fine, and a closed one refuses everything else',
    design: [6],
    run: async ({ start }) => {
      const machine = await start()
      await machine.close()
      await machine.close()
      assert.equal(machine.state, 'closed')
      for (const [name, call] of [
        ...served,
        ...opened,
        ['open', (closed: StateMachine) => closed.open()] as const,
      ]) {
        await assertRefused(name, () => call(machine), { code: 'HOLDFAST_LOG_CLOSED' })
      }
    },
  },
  {
    id: 'SM-LIFE-007',
    rule: 'A directory has one owner at a time, and is free when that is closed',
    design: [7],
    run: async ({ start, create }) => {
      const machine = await start()
      await assertRefused('a second open', () => create().open(), { code: 'HOLDFAST_LOG_LOCKED' })
      await machine.close()
      await create().open()
    },
  },
  {
    id: 'SM-LIFE-008',
    rule: 'What another cluster created, or with other rules, is refused and left as it is',
    design: [62],
    run: async ({ start, create }) => {
      const machine = await start({ clusterId: 'one' })
      await applySteps(machine, [put('k', 'v')])
      await machine.close()
      const foreign = { code: 'HOLDFAST_FOREIGN_STATE' }
      await assertRefused('another cluster', () => create({ clusterId: 'two' }).open(), foreign)
      const withoutTtl = create({ clusterId: 'one', isTtlEnabled: false })
      await assertRefused('other rules', () => withoutTtl.open(), foreign)
      assert.equal((await start({ clusterId: 'one' })).size().keys, 1)
    },
  },
  {
    id: 'SM-LIFE-009',
    rule: 'Closing does not need to be waited for by what was applied before',
    design: [6, 'C14'],
    run: async ({ start, reopen, adapter }) => {
      const machine = await start()
      const applying = applySteps(machine, [put('k', 'v')])
      const again = await reopen(machine)
      const report = await applying.catch(() => undefined)
      if (report?.durable === true || adapter.isAlwaysDurable) {
        assert.equal(again.applied().index, report === undefined ? again.applied().index : 1)
      }
      await applySteps(again, [noop])
    },
  },
]
