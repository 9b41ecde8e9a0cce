/** Chunks: what a log may be cut into, and what is no piece of one. */
import assert from 'node:assert/strict'
import { commandCodec, encodeCommand } from '../../../state-machine/index.ts'
import { SeededRandom } from '../../random.ts'
import { at, bytes, cas, entriesFrom, noop, put, realCommand, realEntry } from '../entries.ts'
import { applyEntries, applySteps, assertRefused, assertState, digestOf } from '../expectations.ts'
import { cut, LogGenerator } from '../history.ts'
import { type ModelEntry, StateModel } from '../model.ts'
import type { StateCase } from '../state-case.ts'

/** Chunks that are no piece of the log after index 1 of term 2: what they are, and how they are refused. */
const rejected: readonly (readonly [string, string, readonly ModelEntry[]])[] = [
  ['a gap inside', 'gap', [entry(2, 2), entry(4, 2)]],
  ['a gap before it', 'gap', [entry(3, 2)]],
  ['an entry twice', 'unordered', [entry(2, 2), entry(2, 2)]],
  ['entries turned around', 'unordered', [entry(3, 2), entry(2, 2)]],
  ['a term that goes down inside', 'termRegression', [entry(2, 4), entry(3, 3)]],
  ['a term below the applied one', 'termRegression', [entry(2, 1)]],
]

function entry(index: number, term: number): ModelEntry {
  return { index, term, command: put('k', `${index}`) }
}

export const chunkCases: readonly StateCase[] = [
  {
    id: 'SM-CHUNK-001',
    rule: 'However a log is cut into chunks, results, chain and canonical bytes are the same, and those of the model',
    design: [24],
    run: async ({ start, newDirectory }) => {
      const random = new SeededRandom(24, 'chunking')
      const log = new LogGenerator(random, { index: 0, term: 0, clock: 0 }).entries(150)
      const model = new StateModel()
      const expected = log.map((logged) => model.apply(logged))
      const digests: unknown[] = []
      for (const lengthMax of [1, 4, 40, 150]) {
        const machine = await start({}, newDirectory())
        const results: unknown[] = []
        for (const chunk of cut(log, random, lengthMax)) {
          const report = await applyEntries(machine, chunk)
          results.push(...report.results.map(({ code, changed, expireAt }) => ({ code, changed, expireAt })))
        }
        assert.deepEqual(results, expected, `chunks of up to ${lengthMax}`)
        assertState(machine, model)
        digests.push(await digestOf(machine))
      }
      for (const digest of digests) assert.deepEqual(digest, digests[0])
    },
  },
  {
    id: 'SM-CHUNK-002',
    rule: 'An empty chunk reports nothing and changes nothing',
    design: [27],
    run: async ({ start }) => {
      const machine = await start()
      await applySteps(machine, [put('k', 'v')])
      const before = machine.applied()
      const report = await machine.applyChunk([])
      assert.deepEqual([report.results, report.expired], [[], []])
      assert.deepEqual(report.applied, before)
      assert.deepEqual(machine.applied(), before)
    },
  },
  ...rejected.map(
    ([what, kind, entries], offset): StateCase => ({
      id: `SM-REJECT-00${offset + 1}`,
      rule: `A chunk with ${what} is refused whole, and the state machine goes on`,
      design: [28, 29, 30, 31],
      run: async ({ start }) => {
        const machine = await start()
        await applyEntries(machine, [{ index: 1, term: 2, command: put('k', 'v') }])
        const before = await digestOf(machine)
        await assertRefused(what, () => applyEntries(machine, entries), {
          code: 'HOLDFAST_CHUNK_REJECTED',
          kind,
        })
        assert.deepEqual(await digestOf(machine), before)
        await applyEntries(machine, [entry(2, 2)])
      },
    }),
  ),
  {
    id: 'SM-REJECT-007',
    rule: 'A chunk of which an entry has no command is refused whole',
    design: [32],
    run: async ({ start }) => {
      const machine = await start()
      const without = { index: 2, term: 1 } as unknown as Parameters<typeof realEntry>[0]
      const chunk = [realEntry(entry(1, 1)), without as never]
      await assertRefused('no command', () => machine.applyChunk(chunk), {
        code: 'HOLDFAST_CHUNK_REJECTED',
        kind: 'missingPayload',
        index: 2,
      })
      assert.equal(machine.applied().index, 0)
      await applySteps(machine, [noop])
    },
  },
  {
    id: 'SM-REJECT-008',
    rule: 'A chunk of too many entries, or of too many bytes, is refused whole, and one entry of any size is not',
    design: [37],
    run: async ({ start }) => {
      const machine = await start({ chunkLimits: { entriesMax: 3, bytesMax: 100 } })
      const tooLarge = { code: 'HOLDFAST_CHUNK_REJECTED', kind: 'tooLarge' }
      await assertRefused('four entries', () => applySteps(machine, [noop, noop, noop, noop]), tooLarge)
      const large = put('k', 'v'.repeat(60))
      await assertRefused('many bytes', () => applySteps(machine, [large, large]), tooLarge)
      await applySteps(machine, [put('k', 'v'.repeat(200))])
      await applySteps(machine, [noop, noop, noop])
      assert.equal(machine.applied().index, 4)
    },
  },
  {
    id: 'SM-REJECT-009',
    rule: 'An entry that is not of the type of one is refused, and nothing is changed',
    design: [32],
    run: async ({ start }) => {
      const machine = await start()
      const wrong = [
        { index: 0, term: 1, command: { kind: 'noop' } },
        { index: 1, term: -1, command: { kind: 'noop' } },
        { index: 1, term: 1, time: 0.5, command: { kind: 'noop' } },
        { index: 1, term: 1, command: { kind: 'other' } },
        { index: 1, term: 1, command: { kind: 'put', key: 'text', value: bytes('v') } },
      ]
      for (const given of wrong) {
        const call = (): unknown => machine.applyChunk([given as never])
        await assertRefused(JSON.stringify(given), call, { code: 'HOLDFAST_INVALID_ARGUMENT' })
      }
      await applySteps(machine, [noop])
    },
  },
  {
    id: 'SM-DECODE-001',
    rule: 'Commands as bytes do what they do as objects, with the time that is in them',
    design: [33],
    run: async ({ start, newDirectory }) => {
      const log = new LogGenerator(new SeededRandom(33, 'bytes'), { index: 0, term: 0, clock: 0 }).entries(60)
      const machine = await start()
      await applyEntries(machine, log)
      const other = await start({}, newDirectory())
      const encoded = log.map(({ index, term, time, command }) => ({
        index,
        term,
        command: encodeCommand({ command: realCommand(command), time }),
      }))
      for (const given of encoded) await other.applyChunk([given])
      assert.deepEqual(await digestOf(other), await digestOf(machine))
    },
  },
  {
    id: 'SM-DECODE-002',
    rule: 'Bytes that are no command stop the state machine with nothing of their chunk applied; reopened it goes on',
    design: [33],
    run: async ({ start, reopen }) => {
      const machine = await start()
      const chunk = Array.from({ length: 10 }, (_, offset) => ({
        index: offset + 1,
        term: 1,
        command: offset === 9 ? bytes('garbage') : commandCodec.encode({ command: { kind: 'noop' } }),
      }))
      await assertRefused('garbage', () => machine.applyChunk(chunk), {
        code: 'HOLDFAST_UNDECODABLE_ENTRY',
        index: 10,
      })
      assert.equal(machine.state, 'failed')
      await assertRefused('a failed one', () => applySteps(machine, [noop]), { code: 'HOLDFAST_POISONED' })
      const again = await reopen(machine)
      assert.equal(again.applied().index, 0)
      await again.applyChunk(chunk.slice(0, 9))
      assert.equal(again.applied().index, 9)
    },
  },
  {
    id: 'SM-DECODE-003',
    rule: 'A command of a later version stops the state machine, and is told apart from garbage',
    design: [33],
    run: async ({ start }) => {
      const command = encodeCommand({ command: { kind: 'noop' } })
      command[0] = 2
      const machine = await start()
      await assertRefused('a later version', () => machine.applyChunk([{ index: 1, term: 1, command }]), {
        code: 'HOLDFAST_UNDECODABLE_ENTRY',
        kind: 'unsupported',
      })
      assert.equal(machine.state, 'failed')
    },
  },
  {
    id: 'SM-AGAIN-001',
    rule: 'Entries that were applied already change nothing, and say so',
    design: [34],
    run: async ({ start }) => {
      const machine = await start()
      const entries = entriesFrom(1, [put('k', 'A'), cas('k', 'A', 'B'), cas('k', 'A', 'C'), at(50, noop)])
      await applyEntries(machine, entries)
      const before = await digestOf(machine)
      const { results, durable, expired } = await applyEntries(machine, entries)
      assert.deepEqual(
        results.map(({ code, ok, changed }) => [code, ok, changed]),
        entries.map(() => ['ALREADY_APPLIED', false, false]),
      )
      assert.deepEqual(expired, [])
      assert.equal(typeof durable, 'boolean')
      assert.deepEqual(await digestOf(machine), before)
    },
  },
  {
    id: 'SM-AGAIN-002',
    rule: 'Of a chunk that overlaps what is applied, only the rest is applied',
    design: [35],
    run: async ({ start }) => {
      const machine = await start()
      await applySteps(machine, Array(10).fill(noop))
      const entries = entriesFrom(8, [
        put('a', '1'),
        put('b', '2'),
        put('c', '3'),
        put('d', '4'),
        put('e', '5'),
      ])
      const { results } = await applyEntries(machine, entries)
      assert.deepEqual(
        results.map(({ code }) => code),
        ['ALREADY_APPLIED', 'ALREADY_APPLIED', 'ALREADY_APPLIED', 'OK', 'OK'],
      )
      assert.deepEqual([machine.size().keys, machine.applied().index], [2, 12])
    },
  },
  {
    id: 'SM-AGAIN-003',
    rule: 'The applied index with another term is a divergence, and stops the state machine',
    design: [36],
    run: async ({ start, reopen }) => {
      const machine = await start()
      await applySteps(machine, [put('k', 'v')])
      const other = [{ index: 1, term: 2, command: noop }]
      await assertRefused('another term', () => applyEntries(machine, other), {
        code: 'HOLDFAST_DIVERGENCE',
        kind: 'term',
      })
      assert.equal(machine.state, 'failed')
      assert.equal((await reopen(machine)).applied().term, 1)
    },
  },
  {
    id: 'SM-CHAIN-001',
    rule: 'Replicas of which one was given another entry do not have the same chain',
    design: [24],
    run: async ({ start, newDirectory }) => {
      const chains = new Set<number>()
      const logs = [
        [put('k', 'A'), noop],
        [put('k', 'B'), noop],
        [noop, put('k', 'A')],
        [at(1, put('k', 'A')), noop],
        [put('k', 'A', 5), noop],
        [cas('k', 'x', 'A'), noop],
      ]
      for (const log of logs) {
        const machine = await start({}, newDirectory())
        await applySteps(machine, log)
        chains.add(machine.applied().chain)
      }
      assert.equal(chains.size, logs.length)
    },
  },
]
