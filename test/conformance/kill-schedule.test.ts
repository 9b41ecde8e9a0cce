import { expect, test } from 'vitest'
import { FailpointRegistry } from '../../failpoints/index.ts'
import { HistoryGenerator } from '../../src/conformance/history.ts'
import { describeKill, failpointsOf, planKill, shareKills } from '../../src/conformance/kill/schedule.ts'
import { bytesOf, labelOfBytes } from '../../src/conformance/kill/values.ts'
import { SeededRandom } from '../../src/conformance/random.ts'
import { logSites } from '../../src/log/index.ts'
import { paxosSites } from '../../src/paxos/index.ts'

const plans = (seed: number, kills: number) =>
  Array.from({ length: kills }, (_, number) => planKill(seed, 'replayable', number))

test('planKill() gives the same plan for the same seed, and another one for another', () => {
  expect(plans(3, 40)).toEqual(plans(3, 40))
  expect(plans(3, 40)).not.toEqual(plans(4, 40))
})

test('planKill() ends a default run at every site of a write', () => {
  const { replayable } = shareKills(52)
  const sites = new Set(
    plans(1, replayable).flatMap((plan) => (plan.kind === 'failpoint' ? [plan.site] : [])),
  )
  const writes = [...logSites, ...paxosSites]
    .map(({ name }) => name)
    .filter((name) => !name.endsWith('.read'))
  expect([...sites].sort()).toEqual(writes.sort())
})

test('planKill() leaves nothing of the replayable log to the clock', () => {
  expect(plans(1, 200).filter(({ kind }) => kind === 'clock' || kind === 'opening')).toEqual([])
})

test('shareKills() gives three of four kills to the replayable log, and all of a few', () => {
  expect(shareKills(50)).toEqual({ replayable: 38, 'by-clock': 12 })
  expect(shareKills(1)).toEqual({ replayable: 1, 'by-clock': 0 })
})

test('failpointsOf() writes settings that a registry can read', () => {
  for (const plan of plans(2, 100)) {
    const registry = new FailpointRegistry({ environment: { FAILPOINTS: failpointsOf(plan) } })
    expect(() => registry.declare([...logSites, ...paxosSites])).not.toThrow()
    expect(registry.pending()).toEqual([])
  }
})

test('failpointsOf() crashes at the hit that was planned', () => {
  const third = { kind: 'failpoint', site: 'log.defer', hit: 3 } as const
  expect(failpointsOf(third)).toBe('log.defer=2*off->crash')
  expect(failpointsOf({ ...third, hit: 1 })).toBe('log.defer=crash')
  expect(describeKill(third)).toBe('at hit 3 of the failpoint log.defer')
})

test('a history is decided by its seed and the state of the storage', () => {
  const place = { firstIndex: 2, nextIndex: 20, compactedIndex: 5 }
  const history = (seed: number) => {
    const generator = new HistoryGenerator(new SeededRandom(seed, 'a history'), 0, 0)
    return Array.from({ length: 50 }, () => generator.next(place))
  }
  expect(history(1)).toEqual(history(1))
  expect(history(1)).not.toEqual(history(2))
})

test('a history comes to every kind of operation, and its values are all different', () => {
  const place = { firstIndex: 2, nextIndex: 20, compactedIndex: 5 }
  const generator = new HistoryGenerator(new SeededRandom(1, 'a history'), 0, 0)
  const operations = Array.from({ length: 2_000 }, () => generator.next(place))
  const kinds = new Set(operations.map(({ kind }) => kind))
  expect(kinds.size).toBe(14)
  const numbers = operations.flatMap((operation) =>
    operation.kind === 'appendEntry' ? [operation.entry.number] : [],
  )
  expect(new Set(numbers).size).toBe(numbers.length)
})

test.each([0, 8, 9, 4096, 100_000])('a value of %d bytes is known by its bytes', (size) => {
  const bytes = bytesOf({ number: 1_234_567_890_123, size })
  expect(bytes).toHaveLength(size)
  const label = size === 0 ? 'value of 0 bytes' : `value 1234567890123 of ${size} bytes`
  expect(labelOfBytes(bytes)).toBe(label)
})

test('bytes that differ in one bit, or in length, are no value', () => {
  const bytes = bytesOf({ number: 77, size: 40 })
  for (let bit = 64; bit < 320; bit++) {
    const flipped = new Uint8Array(bytes)
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(labelOfBytes(flipped)).toContain('no value')
  }
  expect(labelOfBytes(bytes.subarray(0, 39))).toContain('no value')
  expect(labelOfBytes(new Uint8Array(3))).toContain('no value')
})
