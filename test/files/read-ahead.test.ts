import { expect, test } from 'vitest'
import { readAhead } from '../../src/files/read-ahead.ts'

/** Fills the memory with the number of the read, `count` times. */
function reads(count: number) {
  let begun = 0
  const read = async (memory: Buffer) => {
    if (begun === count) return undefined
    begun += 1
    return memory.fill(begun)
  }
  return { read, begun: () => begun }
}

test('what was read is as it is until the next is asked for, while that is being read', async () => {
  const { read, begun } = reads(5)
  const found: [number, number][] = []
  for await (const bytes of readAhead(4, read)) found.push([bytes[3] ?? 0, begun()])
  expect(found).toEqual([1, 2, 3, 4, 5].map((number) => [number, Math.min(number + 1, 5)]))
})

test('two memories are used, by turns', async () => {
  const { read } = reads(5)
  const memories: Buffer[] = []
  for await (const bytes of readAhead(4, read)) memories.push(bytes)
  expect(new Set(memories).size).toBe(2)
  expect(memories[0]).toBe(memories[2])
})

test('a read that fails is told when what it read is asked for, and not before', async () => {
  let begun = 0
  const found: number[] = []
  const all = async () => {
    for await (const number of readAhead(1, async () => {
      begun += 1
      if (begun === 3) throw new Error('the medium is gone')
      return begun
    }))
      found.push(number)
  }
  await expect(all()).rejects.toThrow('the medium is gone')
  expect(found).toEqual([1, 2])
})

test('who stops early waits for the read that was begun', async () => {
  let isReading = false
  const read = async (memory: Buffer) => {
    isReading = true
    await new Promise((resolve) => setImmediate(resolve))
    isReading = false
    return memory
  }
  for await (const _ of readAhead(1, read)) break
  expect(isReading).toBe(false)
})
