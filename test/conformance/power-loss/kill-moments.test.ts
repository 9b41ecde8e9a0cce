import { expect, test } from 'vitest'
import { Disk } from '../../../src/conformance/power-loss/disk/disk.ts'
import { diskModels } from '../../../src/conformance/power-loss/disk/model.ts'
import type { ImageResults } from '../../../src/conformance/power-loss/image-results.ts'
import { type KillCounts, KillMoments } from '../../../src/conformance/power-loss/kill-moments.ts'
import { SeededRandom } from '../../../src/conformance/random.ts'

/** Two images come back as the same store when their hashes begin with the same letter. */
const results = { isSame: async (a: string, b: string) => a[0] === b[0] } as unknown as ImageResults

const at = (events: number, isWithin = false) => ({ events, isWithin })
const shown = { durable: 'a', visible: 'b' }
const hidden = { durable: 'a', visible: 'a2' }

function diskWith(name?: string): Disk {
  const disk = new Disk(diskModels.posix)
  if (name === undefined) return disk
  const event = { kind: 'create', directory: 0, name, node: 1, type: 'file', text: `create ${name}` } as const
  for (const _ of disk.take(event));
  return disk
}

function moments(counts: KillCounts = new Map()): KillMoments {
  return new KillMoments(new SeededRandom(1, 'kill'), counts)
}

test('a moment with nothing pending is no moment to kill at', async () => {
  const kills = moments()
  kills.offer(at(1), shown, diskWith())
  expect(await kills.choose(4, results)).toEqual([])
})

test('a process is killed where the store shows what is not durable, in the order of the recording', async () => {
  const kills = moments()
  kills.offer(at(1), hidden, diskWith('a'))
  kills.offer(at(2, true), shown, diskWith('a'))
  kills.offer(at(3), shown, diskWith('a'))
  kills.offer(at(4), hidden, diskWith('b'))
  expect(await kills.choose(4, results)).toEqual([
    expect.objectContaining(at(2, true)),
    expect.objectContaining(at(3)),
  ])
})

test('where a store shows nothing that is not durable, its process is killed once', async () => {
  const kills = moments()
  for (const name of ['a', 'b', 'c']) kills.offer(at(1), hidden, diskWith(name))
  expect(await kills.choose(4, results)).toHaveLength(1)
})

test('kinds of moments that were killed at often give way to others, but for one', async () => {
  const counts: KillCounts = new Map()
  for (let workload = 0; workload < 6; workload++) {
    const kills = moments(counts)
    for (const name of ['a', 'b', 'c']) kills.offer(at(1), shown, diskWith(name))
    expect(await kills.choose(4, results)).toHaveLength(workload < 3 ? 3 : 1)
  }
})
