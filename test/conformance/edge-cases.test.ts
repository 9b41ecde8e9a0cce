/** That every numbered edge case of the peers is answered: by a case of the contract, by what is named here, or that it is not ours. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { contractCases } from '../../src/conformance/contract/index.ts'
import { stateCases } from '../../src/conformance/state-machine/index.ts'

const numbers = Array.from({ length: 192 }, (_, at) => at + 1)

/** Answered by cases of state machines. */
const byStateCases: Readonly<Record<number, string>> = {
  105: 'SM-READ-003',
  132: 'SM-INSTALL-002S',
  166: 'SM-FAULT-004',
  167: 'SM-DECODE-003',
}

const damage = '../state-machine/files/files-damage.property.ts'
const cut = [damage, 'the last segment cut at any byte gives the chunks that are whole'] as const
const flipped = [damage, 'a flipped bit anywhere is an error that names the file'] as const
const moved = [damage, 'a record that was moved, or is another segment’s, is none'] as const

/** Answered by tests of one implementation: file, and a part of the name. */
const byTests: Readonly<Record<number, readonly [file: string, name: string]>> = {
  129: ['../raft/snapshots/snapshot-store.test.ts', 'keeps the newest, says how many it removed'],
  139: ['../medium/damage.test.ts', 'without a log is LogNotFoundError'],
  150: ['../state-machine/replica/replica.test.ts', 'open() applies again what the hard state says'],
  152: cut,
  153: cut,
  154: flipped,
  155: [damage, 'damage in a record that a later one proves is told with segment and offset'],
  156: cut,
  157: [damage, 'any other file cut at any byte is refused'],
  158: flipped,
  159: flipped,
  160: [damage, 'any other file cut at any byte is refused'],
  161: [
    '../state-machine/files/sync-order.test.ts',
    'the name of a new segment is durable before the old one',
  ],
  163: flipped,
  164: moved,
  165: cut,
  185: ['../medium/view.test.ts', 'shows the log beside its owner as it was'],
}

/** What they are about is not here. */
const notOurs: readonly (readonly [why: string, numbers: readonly number[]])[] = [
  [
    'a log has no segments, spare files, index files or formats to go between',
    [11, 115, 126, 127, 144, 145, 147, 148],
  ],
  ['what an engine does above its storage', [25, 46, 78, 81, 99]],
  ['there is no operation that removes the middle of a log', [56]],
  ['calls are synchronous: no two run at once, and no thread writes behind them', [179, 180, 181, 184, 186]],
  ['nothing is preallocated', [191]],
]

const answered = new Set(contractCases.flatMap(({ edge = [] }) => edge))
const others = new Set([
  ...Object.keys({ ...byStateCases, ...byTests }).map(Number),
  ...notOurs.flatMap(([, list]) => list),
])

test.each(numbers)('edge case %i is answered, in one place', (number) => {
  const places = [answered.has(number), others.has(number)]
  expect(places.filter(Boolean)).toEqual([true])
})

test.each(Object.entries(byStateCases))('edge case %s is answered by %s', (_, id) => {
  expect(stateCases.map((one) => one.id)).toContain(id)
})

test.each(Object.entries(byTests).map(([number, [file, name]]) => [number, file, name] as const))(
  'edge case %s is answered in %s by: %s',
  (_, file, name) => {
    expect(readFileSync(new URL(file, import.meta.url), 'utf8')).toContain(name)
  },
)
