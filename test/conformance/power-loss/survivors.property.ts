import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diskModelNames, diskModels } from '../../../src/conformance/power-loss/disk/model.ts'
import { chooseSurvivors } from '../../../src/conformance/power-loss/disk/survivors.ts'
import type { Survivors } from '../../../src/conformance/power-loss/disk/unit.ts'
import type { DiskEvent } from '../../../src/conformance/power-loss/event.ts'
import { SeededRandom } from '../../../src/conformance/random.ts'
import { propertyParameters } from '../../property-parameters.ts'
import { create, diskAfter, resize, root, show, sync, write } from './disks.ts'

/** Two files that are there, and what happens to them. */
const files = [create(1, 'a'), create(2, 'b'), sync(root)]
const node = fc.constantFrom(1, 2)
const write1 = fc
  .record({
    node,
    at: fc.nat(2000),
    size: fc.integer({ min: 1, max: 1500 }),
    byte: fc.constantFrom('x', 'y'),
  })
  .map((one): DiskEvent => write(one.node, one.at, one.byte.repeat(one.size)))
const resize1 = fc.record({ node, size: fc.nat(2500) }).map((one): DiskEvent => resize(one.node, one.size))
const sync1 = node.map((one): DiskEvent => sync(one))
const changes = fc.array(fc.oneof({ weight: 4, arbitrary: write1 }, resize1, sync1), { maxLength: 12 })

/** What a reader sees while the power is on. */
function live(events: readonly DiskEvent[]): string[] {
  const contents = new Map<number, Buffer>([
    [1, Buffer.alloc(0)],
    [2, Buffer.alloc(0)],
  ])
  for (const event of events) {
    if (event.kind !== 'write' && event.kind !== 'resize') continue
    const old = contents.get(event.node) ?? Buffer.alloc(0)
    const end = event.kind === 'write' ? Math.max(old.length, event.offset + event.bytes.length) : event.size
    const now = Buffer.alloc(end)
    old.copy(now)
    if (event.kind === 'write') Buffer.from(event.bytes).copy(now, event.offset)
    contents.set(event.node, now)
  }
  const text = (number: number): string => `${contents.get(number)?.toString('latin1').replaceAll('\0', '.')}`
  return [`a: ${text(1)}`, `b: ${text(2)}`]
}

const runs = propertyParameters(200)

test.each(diskModelNames)('%s: when everything survives, it is as if the power had stayed on', (model) => {
  fc.assert(
    fc.property(changes, (events) => {
      const disk = diskAfter([...files, ...events], model)
      const all = new Map(disk.pending().map(({ number }) => [number, 'whole' as const]))
      expect(show(disk, all)).toEqual(live(events))
    }),
    runs,
  )
})

test.each(diskModelNames)('%s: after a sync of everything there is one image, the right one', (model) => {
  fc.assert(
    fc.property(changes, (events) => {
      const disk = diskAfter([...files, ...events, sync(undefined)], model)
      expect({ pending: disk.pending(), image: show(disk, new Map()) }).toEqual({
        pending: [],
        image: live(events),
      })
    }),
    runs,
  )
})

test('journaled: what is complete stays as it is when it is completed again', () => {
  fc.assert(
    fc.property(changes, fc.nat(), (events, seed) => {
      const pending = diskAfter([...files, ...events], 'journaled').pending()
      const { complete } = diskModels.journaled
      for (const chosen of chooseSurvivors(pending, 20, new SeededRandom(seed))) {
        const once = complete(pending, chosen)
        expect(complete(pending, once)).toEqual(once)
        for (const [number] of chosen) expect(once.has(number)).toBe(true)
      }
    }),
    runs,
  )
})

test('chooseSurvivors() always holds none, all, all but the newest, and the newest alone', () => {
  fc.assert(
    fc.property(changes, fc.nat(), (events, seed) => {
      const pending = diskAfter([...files, ...events]).pending()
      const countMax = 40
      const chosen = chooseSurvivors(pending, countMax, new SeededRandom(seed))
      const isWhole = (survivors: Survivors): boolean =>
        [...survivors.values()].every((one) => one === 'whole')
      const keys = chosen.filter(isWhole).map((survivors) => [...survivors.keys()].join())
      const numbers = pending.map(({ number }) => number)
      const wanted = [[], numbers, numbers.slice(0, -1), numbers.slice(-1)]
      for (const one of wanted) expect(keys).toContain(one.join())
      expect(chosen.length).toBeLessThanOrEqual(Math.max(countMax, 32) + 32)
    }),
    runs,
  )
})

test('chooseSurvivors() tries every subset of few, and tears each write of more than a sector', () => {
  const pending = diskAfter([...files, write(1, 0, 'x'.repeat(1024))]).pending()
  const chosen = chooseSurvivors(pending, 40, new SeededRandom(1))
  const whole = chosen.filter((survivors) =>
    [...survivors.values()].every((survival) => survival === 'whole'),
  )
  expect(whole.map((survivors) => [...survivors.keys()].length).sort()).toEqual([0, 1, 1, 2])
  expect(chosen.length).toBeGreaterThan(whole.length)
})
