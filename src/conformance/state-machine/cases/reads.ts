/** Reading: of one moment, in order, as bytes of the reader's own. */
import assert from 'node:assert/strict'
import type { StateMachine } from '../../../state-machine/index.ts'
import { bytes, noop, put, remove, text } from '../entries.ts'
import { applySteps, assertRefused } from '../expectations.ts'
import type { StateCase } from '../state-case.ts'

function keysOf(machine: StateMachine, options: Parameters<StateMachine['scan']>[0]): string[] {
  return machine.scan(options).items.map(([key]) => Buffer.from(key).toString('hex'))
}

export const readCases: readonly StateCase[] = [
  {
    id: 'SM-READ-001',
    rule: 'Keys are bytes, in the order of bytes, and a prefix may be all 0xff',
    design: [15],
    run: async ({ start }) => {
      const machine = await start()
      const keys = ['00', '0000', '61', '6162', 'fe', 'ff', 'ff00', 'ffff', 'ffffff'].map(
        (hex) => new Uint8Array(Buffer.from(hex, 'hex')),
      )
      const entries = keys.toReversed().map((key, offset) => ({
        index: offset + 1,
        term: 1,
        command: { kind: 'put', key, value: key } as const,
      }))
      await machine.applyChunk(entries)
      const hex = keys.map((key) => Buffer.from(key).toString('hex'))
      assert.deepEqual(keysOf(machine, { limit: 100 }), hex)
      assert.deepEqual(keysOf(machine, { limit: 100, reverse: true }), hex.toReversed())
      assert.deepEqual(keysOf(machine, { limit: 100, prefix: Uint8Array.of(0xff) }), [
        'ff',
        'ff00',
        'ffff',
        'ffffff',
      ])
      assert.deepEqual(keysOf(machine, { limit: 100, prefix: Uint8Array.of(0xff, 0xff) }), ['ffff', 'ffffff'])
      assert.deepEqual(keysOf(machine, { limit: 100, prefix: bytes('a') }), ['61', '6162'])
      assert.deepEqual(keysOf(machine, { limit: 100, gte: bytes('a'), lt: Uint8Array.of(0xff) }), [
        '61',
        '6162',
        'fe',
      ])
      assert.deepEqual(keysOf(machine, { limit: 100, gte: bytes('b'), lt: bytes('a') }), [])
    },
  },
  {
    id: 'SM-READ-002',
    rule: 'A scan goes on where the one before ended, in both directions, to the last key',
    design: [15],
    run: async ({ start }) => {
      const machine = await start()
      await applySteps(
        machine,
        Array.from('abcdefg', (key) => put(key, key)),
      )
      for (const reverse of [false, true]) {
        const seen: string[] = []
        let next: Uint8Array | undefined
        do {
          const from = next === undefined ? {} : reverse ? { lt: next } : { gte: next }
          const page = machine.scan({ limit: 3, reverse, ...from })
          seen.push(...page.items.map(([key]) => text(key)))
          assert.ok(page.items.length <= 3)
          next = page.next
        } while (next !== undefined)
        assert.deepEqual(seen, reverse ? [...'gfedcba'] : [...'abcdefg'])
      }
      await assertRefused('a limit of 0', () => machine.scan({ limit: 0 }), { argument: 'limit' })
    },
  },
  {
    id: 'SM-READ-003',
    rule: 'Many keys are read of one chunk boundary, in their places; of none, none',
    design: [53],
    run: async ({ start }) => {
      const machine = await start()
      await applySteps(machine, [put('a', '0'), put('b', '0')])
      const chunks = Array.from({ length: 30 }, (_, number) =>
        machine.applyChunk([
          {
            index: 2 * number + 3,
            term: 1,
            command: { kind: 'put', key: bytes('a'), value: bytes(`${number}`) },
          },
          {
            index: 2 * number + 4,
            term: 1,
            command: { kind: 'put', key: bytes('b'), value: bytes(`${number}`) },
          },
        ]),
      )
      for (const applying of chunks) {
        const { values, at } = machine.getMulti([bytes('b'), bytes('none'), bytes('a')])
        assert.equal(values[1], undefined)
        assert.deepEqual(values[0]?.value, values[2]?.value)
        assert.equal(at.index % 2, 0)
        await applying
      }
      assert.deepEqual(machine.getMulti([]).values, [])
    },
  },
  {
    id: 'SM-READ-004',
    rule: 'A view stays at its moment while chunks are applied, and ends when it is released or too old',
    design: [54],
    run: async ({ start }) => {
      const machine = await start({ viewAgeMaxMs: 1_000_000 })
      await applySteps(machine, [put('k', 'old'), put('gone', 'x'), put('lease', 'x', 10)])
      const view = machine.view()
      await applySteps(machine, [
        put('k', 'new'),
        remove('gone'),
        put('more', 'y'),
        { time: 50, command: noop },
      ])
      await machine.collectExpired(10)
      assert.equal(text(view.get(bytes('k'))?.value ?? bytes('?')), 'old')
      assert.deepEqual(
        view.scan({ limit: 10 }).items.map(([key]) => text(key)),
        ['gone', 'k', 'lease'],
      )
      assert.equal(view.at.index, 3)
      assert.equal(machine.size().keys, 2)
      view.release()
      view.release()
      const closed = { code: 'HOLDFAST_SNAPSHOT', kind: 'closed' }
      await assertRefused('a released view', () => view.get(bytes('k')), closed)
    },
  },
  {
    id: 'SM-READ-005',
    rule: 'A view that is too old ends by itself',
    design: [54],
    run: async ({ start }) => {
      const machine = await start({ viewAgeMaxMs: 1 })
      const view = machine.view()
      for (;;) {
        try {
          view.get(bytes('k'))
        } catch (error) {
          assert.equal((error as { kind?: unknown }).kind, 'closed')
          return
        }
        await new Promise(setImmediate)
      }
    },
  },
  {
    id: 'SM-READ-006',
    rule: 'Who waits for an index is told when it is applied, and at once if it is already',
    design: [55],
    run: async ({ start }) => {
      const machine = await start()
      assert.equal((await machine.waitApplied(0)).index, 0)
      const second = machine.waitApplied(2)
      await applySteps(machine, [noop])
      await applySteps(machine, [noop, noop])
      assert.equal((await second).index, 3)
      assert.equal((await machine.waitApplied(3)).index, 3)
    },
  },
  {
    id: 'SM-READ-007',
    rule: 'Who waits can give up, and is told when nothing will come any more',
    design: [55],
    run: async ({ start }) => {
      const machine = await start()
      const given = new AbortController()
      const waiting = machine.waitApplied(5, given.signal)
      given.abort(new Error('given up'))
      await assert.rejects(waiting, { message: 'given up' })
      const closing = machine.waitApplied(5)
      const refused = assertRefused('closing', () => closing, { code: 'HOLDFAST_LOG_CLOSED' })
      await machine.close()
      await refused
    },
  },
  {
    id: 'SM-READ-008',
    rule: 'Bytes that were given or returned can be changed without changing the state, and are not changed by it',
    design: [56],
    run: async ({ start }) => {
      const machine = await start()
      const value = bytes('value')
      const key = bytes('key')
      const membership = bytes('members')
      await machine.applyChunk([
        { index: 1, term: 1, command: { kind: 'put', key, value } },
        { index: 2, term: 1, command: { kind: 'config', membership } },
      ])
      for (const given of [key, value, membership]) given.fill(0x7a)
      const read = machine.get(bytes('key'))
      assert.equal(read && text(read.value), 'value')
      const member = machine.membership()
      assert.equal(member && text(member.bytes), 'members')
      member?.bytes.fill(0)
      read?.value.fill(0)
      await applySteps(machine, [put('other', 'x')])
      assert.equal(text(machine.get(bytes('key'))?.value ?? bytes('?')), 'value')
      assert.equal(text(machine.membership()?.bytes ?? bytes('?')), 'members')
      const scanned = machine.scan({ limit: 1 }).items[0]
      scanned?.[0].fill(0)
      scanned?.[1].value.fill(0)
      assert.equal(text(machine.get(bytes('key'))?.value ?? bytes('?')), 'value')
    },
  },
]
