/** Times to live: by the log's clock, and by nothing else. */
import assert from 'node:assert/strict'
import type { StateMachine } from '../../../state-machine/index.ts'
import { SeededRandom } from '../../random.ts'
import { at, bytes, cas, noop, put, remove, type Step, text, touch } from '../entries.ts'
import { applyEntries, applySteps, assertState, codesOf, digestOf } from '../expectations.ts'
import { cut, LogGenerator } from '../history.ts'
import { StateModel } from '../model.ts'
import type { StateCase } from '../state-case.ts'

const isThere = (machine: StateMachine, key: string): boolean => machine.get(bytes(key)) !== undefined

async function expiryAfter(machine: StateMachine, ...steps: readonly Step[]): Promise<number | undefined> {
  await applySteps(machine, steps)
  return machine.leases.nextExpiry()
}

export const leaseCases: readonly StateCase[] = [
  {
    id: 'SM-TTL-001',
    rule: 'A key is there until the clock reaches its expiry, and not then',
    design: [38, 71],
    run: async ({ start }) => {
      const machine = await start()
      const { results } = await applySteps(machine, [at(5000, put('k', 'v', 1000))])
      assert.equal(results[0]?.expireAt, 6000)
      await applySteps(machine, [at(5999, noop)])
      assert.ok(isThere(machine, 'k'))
      await applySteps(machine, [at(6000, noop)])
      assert.equal(isThere(machine, 'k'), false)
    },
  },
  {
    id: 'SM-TTL-002',
    rule: 'The clock goes forward alone, and stands still without a time',
    design: [39],
    run: async ({ start }) => {
      const machine = await start()
      await applySteps(machine, [at(100, noop), at(50, noop), noop])
      assert.equal(machine.applied().clock, 100)
    },
  },
  {
    id: 'SM-TTL-003',
    rule: 'An expired key is absent to every command, to size and to scan',
    design: [40],
    run: async ({ start }) => {
      const machine = await start({ collectPerApply: 0 })
      await applySteps(machine, [
        put('k', 'old', 10),
        put('l', 'old', 10),
        put('m', 'old', 10),
        put('n', 'old', 10),
      ])
      const steps = [at(10, cas('k', 'old', 'x')), cas('k', null, 'new'), remove('l'), touch('m', 5)]
      assert.deepEqual(await codesOf(machine, steps), ['CAS_MISMATCH', 'OK', 'OK', 'NOT_FOUND'])
      assert.deepEqual(machine.get(bytes('k')), { value: bytes('new'), createIndex: 6, modIndex: 6 })
      assert.deepEqual(machine.size(), { keys: 1, leases: 0, bytes: 4 })
      assert.deepEqual(
        machine.scan({ limit: 10 }).items.map(([key]) => text(key)),
        ['k'],
      )
    },
  },
  {
    id: 'SM-TTL-004',
    rule: 'Putting without a time to live makes the key stay',
    design: [41, 50],
    run: async ({ start }) => {
      const machine = await start()
      for (const step of [put('k', 'v', 10), noop, put('k', 'w'), at(1000, noop)]) {
        await applySteps(machine, [step])
        machine.leases.nextExpiry()
      }
      assert.ok(isThere(machine, 'k'))
      assert.equal(await machine.collectExpired(10), 0)
      assert.ok(isThere(machine, 'k'))
      assert.equal(machine.leases.size, 0)
    },
  },
  {
    id: 'SM-TTL-005',
    rule: 'A compare and swap keeps no old lease, and gives one if it is asked to',
    design: [42],
    run: async ({ start }) => {
      const machine = await start()
      await applySteps(machine, [put('k', 'v', 10)])
      await applySteps(machine, [cas('k', 'v', 'w')])
      assert.equal(machine.leases.expireAt(bytes('k')), undefined)
      await applySteps(machine, [at(5, cas('k', 'w', 'x', 10))])
      assert.equal(machine.leases.expireAt(bytes('k')), 15)
    },
  },
  {
    id: 'SM-TTL-006',
    rule: 'Touching renews a lease and leaves the value and its indexes; of an absent or expired key it is a result',
    design: [43],
    run: async ({ start }) => {
      const machine = await start()
      await applySteps(machine, [put('k', 'v', 10)])
      assert.deepEqual(await codesOf(machine, [at(5, touch('k', 10)), touch('z', 10)]), ['OK', 'NOT_FOUND'])
      assert.deepEqual(machine.get(bytes('k')), {
        value: bytes('v'),
        createIndex: 1,
        modIndex: 1,
        expireAt: 15,
      })
      assert.deepEqual(await codesOf(machine, [at(15, touch('k', 10))]), ['NOT_FOUND'])
    },
  },
  {
    id: 'SM-TTL-007',
    rule: 'A time to live that is none is a result, and one beyond the end of time ends there',
    design: [44],
    run: async ({ start }) => {
      const machine = await start()
      for (const ttlMs of [0, -1, Number.NaN, 0.5, 9_000_000_000_001, Number.POSITIVE_INFINITY]) {
        assert.deepEqual(await codesOf(machine, [put('k', 'v', ttlMs)]), ['TTL_INVALID'], `${ttlMs}`)
      }
      const last = Number.MAX_SAFE_INTEGER
      const { results } = await applySteps(machine, [at(last - 5, put('k', 'v', 9_000_000_000_000))])
      assert.equal(results[0]?.expireAt, last)
      assert.ok(isThere(machine, 'k'))
    },
  },
  {
    id: 'SM-TTL-008',
    rule: 'Where times to live are off, one is a result, the position advances, and other commands work',
    design: [45],
    run: async ({ start, reopen }) => {
      const machine = await start({ isTtlEnabled: false })
      const steps = [put('k', 'v', 10), cas('k', null, 'v', 10), touch('k', 1), put('k', 'v')]
      assert.deepEqual(await codesOf(machine, steps), ['TTL_DISABLED', 'TTL_DISABLED', 'TTL_DISABLED', 'OK'])
      assert.equal((await reopen(machine)).applied().index, 4)
    },
  },
  {
    id: 'SM-TTL-009',
    rule: 'The clocks of this machine are not looked at',
    design: [46, 'C13'],
    run: async ({ start, newDirectory, reopen }) => {
      const year = 365 * 24 * 3600 * 1000
      const realNow = Date.now
      const digests: unknown[] = []
      const seen: number[] = []
      try {
        for (const shift of [0, -year, year]) {
          const machine = await start({}, newDirectory())
          await applySteps(machine, [at(1000, put('k', 'v', 1000)), put('l', 'w', year * 2)])
          Date.now = () => realNow() + shift
          await applySteps(machine, [put('m', 'x', 5000)])
          seen.push(machine.scan({ limit: 10 }).items.length)
          const again = await reopen(machine)
          await applySteps(again, [at(2500, noop)])
          digests.push(await digestOf(again))
        }
      } finally {
        Date.now = realNow
      }
      assert.deepEqual(seen, [3, 3, 3])
      assert.deepEqual(digests, [digests[0], digests[0], digests[0]])
    },
  },
  {
    id: 'SM-TTL-010',
    rule: 'Keys are reported when the clock passes their expiry, by expiry, then key, once',
    design: [48],
    run: async ({ start }) => {
      const machine = await start()
      const steps = [put('b', '', 10), put('a', '', 10), put('z', '', 5), put('c', '', 20)]
      assert.deepEqual((await applySteps(machine, steps)).expired, [])
      const { expired } = await applySteps(machine, [at(10, noop), at(15, noop)])
      assert.ok(expired !== 'truncated')
      assert.deepEqual(expired.map(text), ['z', 'a', 'b'])
      assert.deepEqual((await applySteps(machine, [at(16, noop)])).expired, [])
    },
  },
  {
    id: 'SM-TTL-011',
    rule: 'What is reported does not depend on the chunks, also for keys that are put, renewed and replaced within one',
    design: [48],
    run: async ({ start, newDirectory }) => {
      const steps = [
        put('a', '', 10),
        put('b', '', 10),
        at(5, touch('a', 10)),
        put('b', ''),
        at(12, noop),
        at(15, noop),
      ]
      const whole = await start({}, newDirectory())
      const { expired } = await applySteps(whole, steps)
      const pieces = await start({}, newDirectory())
      const reported: Uint8Array[] = []
      for (const step of steps) reported.push(...((await applySteps(pieces, [step])).expired as Uint8Array[]))
      assert.deepEqual((expired as Uint8Array[]).map(text), ['a'])
      assert.deepEqual(reported.map(text), ['a'])
    },
  },
  {
    id: 'SM-TTL-012',
    rule: 'More than 1,000 keys that expire together are reported as truncated',
    design: [48],
    run: async ({ start }) => {
      const machine = await start()
      await applySteps(
        machine,
        Array.from({ length: 1001 }, (_, number) => put(`k${number}`, '', 10)),
      )
      assert.equal((await applySteps(machine, [at(10, noop)])).expired, 'truncated')
      assert.equal(machine.size().keys, 0)
    },
  },
  {
    id: 'SM-TTL-013',
    rule: 'The next expiry is exact after every kind of command, and after reopening',
    design: [47, 49],
    run: async ({ start, reopen }) => {
      const machine = await start()
      assert.equal(await expiryAfter(machine, put('a', '', 30), put('b', '', 20)), 20)
      assert.equal(await expiryAfter(machine, touch('b', 40)), 30)
      assert.equal(await expiryAfter(machine, remove('a')), 40)
      assert.equal(await expiryAfter(machine, put('c', '', 50), put('b', '')), 50)
      const again = await reopen(machine)
      assert.equal(again.leases.nextExpiry(), 50)
      assert.equal(await expiryAfter(again, at(50, noop)), undefined)
      assert.equal(again.leases.size, 0)
    },
  },
  {
    id: 'SM-TTL-014',
    rule: 'Leases survive reopening and a crash without being stopped first',
    design: [51],
    run: async ({ start, crash }) => {
      const machine = await start()
      await applySteps(machine, [at(7, put('k', 'v', 10)), put('l', 'w', 100)])
      await machine.flush()
      const again = await crash(machine)
      assert.deepEqual([again.leases.size, again.leases.nextExpiry(), again.applied().clock], [2, 17, 7])
      await applySteps(again, [at(17, noop)])
      assert.deepEqual([isThere(again, 'k'), isThere(again, 'l')], [false, true])
    },
  },
  {
    id: 'SM-COLLECT-001',
    rule: 'Whatever is collected when, results, digests and sizes are the same',
    design: [47],
    run: async ({ start, newDirectory }) => {
      const random = new SeededRandom(47, 'collecting')
      const log = new LogGenerator(random, { index: 0, term: 0, clock: 0 }).entries(200)
      const digests: unknown[] = []
      const results: unknown[] = []
      for (const collectPerApply of [0, 1, 1_000_000]) {
        const machine = await start({ collectPerApply }, newDirectory())
        const model = new StateModel()
        const seen: unknown[] = []
        for (const chunk of cut(log, random, 9)) {
          const report = await applyEntries(machine, chunk)
          for (const entry of chunk) model.apply(entry)
          seen.push(...report.results)
          if (collectPerApply > 0 && random.chance(0.3)) await machine.collectExpired(random.integer(1, 3))
          assertState(machine, model)
        }
        digests.push(await digestOf(machine))
        results.push(seen)
      }
      assert.deepEqual(digests, [digests[0], digests[0], digests[0]])
      assert.deepEqual(results, [results[0], results[0], results[0]])
    },
  },
  {
    id: 'SM-COLLECT-002',
    rule: 'No more is collected than was asked for, and what is left is still invisible',
    design: [47],
    run: async ({ start }) => {
      const machine = await start({ collectPerApply: 0 })
      await applySteps(
        machine,
        Array.from({ length: 10 }, (_, number) => put(`k${number}`, 'v', number + 1)),
      )
      await applySteps(machine, [at(20, noop)])
      assert.deepEqual(
        [machine.leases.mayHaveExpired(), machine.leases.expired(3).map(text)],
        [true, ['k0', 'k1', 'k2']],
      )
      assert.equal(await machine.collectExpired(4), 4)
      assert.equal(machine.leases.expired(100).length, 6)
      assert.deepEqual(machine.size(), { keys: 0, leases: 0, bytes: 0 })
      assert.equal(await machine.collectExpired(100), 6)
      assert.deepEqual(
        [machine.leases.mayHaveExpired(), machine.leases.isExpired(bytes('k9'))],
        [false, false],
      )
    },
  },
  {
    id: 'SM-COLLECT-003',
    rule: 'With a chunk no more is collected than is set, however much has expired',
    design: [47],
    run: async ({ start }) => {
      const machine = await start({ collectPerApply: 3 })
      await applySteps(
        machine,
        Array.from({ length: 10 }, (_, number) => put(`k${number}`, 'v', 5)),
      )
      await applySteps(machine, [at(20, noop)])
      assert.equal(machine.leases.expired(100).length, 7)
      await applySteps(machine, [noop])
      assert.equal(machine.leases.expired(100).length, 4)
    },
  },
  {
    id: 'SM-COLLECT-004',
    rule: 'A key that expired and was put again is not collected',
    design: [50],
    run: async ({ start, reopen }) => {
      const machine = await start({ collectPerApply: 0 })
      await applySteps(machine, [put('k', 'old', 10), put('l', 'old', 10)])
      await applySteps(machine, [at(20, put('k', 'new')), put('l', 'new', 10)])
      assert.equal(await machine.collectExpired(10), 0)
      const again = await reopen(machine)
      assert.equal(text(again.get(bytes('k'))?.value ?? bytes('?')), 'new')
      assert.equal(text(again.get(bytes('l'))?.value ?? bytes('?')), 'new')
    },
  },
  {
    id: 'SM-COLLECT-005',
    rule: 'Collecting moves neither the position nor the chain, and survives reopening',
    design: [47],
    run: async ({ start, reopen }) => {
      const machine = await start({ collectPerApply: 0 })
      await applySteps(machine, [put('k', 'v', 1), put('l', 'v'), at(5, noop)])
      const before = await digestOf(machine)
      assert.equal(await machine.collectExpired(10), 1)
      assert.deepEqual(await digestOf(machine), before)
      const again = await reopen(machine)
      assert.deepEqual(await digestOf(again), before)
      assert.deepEqual(again.size(), { keys: 1, leases: 0, bytes: 2 })
    },
  },
]
