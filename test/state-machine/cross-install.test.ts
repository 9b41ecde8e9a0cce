/** A state that goes from one kind of state machine to another, and back. */
import { crc32 } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { SeededRandom } from '../../src/conformance/random.ts'
import { put } from '../../src/conformance/state-machine/entries.ts'
import {
  applyEntries,
  applySteps,
  digestOf,
  transfer,
} from '../../src/conformance/state-machine/expectations.ts'
import { LogGenerator } from '../../src/conformance/state-machine/history.ts'
import type { StateMachineAdapter } from '../../src/conformance/state-machine/index.ts'
import type { StateMachine } from '../../src/state-machine/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { fileAdapter, lmdbAdapter } from './adapters.ts'

async function start({ create }: StateMachineAdapter): Promise<StateMachine> {
  const machine = create(temporaryDirectory())
  onTestFinished(() => machine.close())
  await machine.start()
  return machine
}

test('from LMDB to files to LMDB, and the log goes on: every canonical byte is the same', async () => {
  const log = new LogGenerator(new SeededRandom(61, 'across'), { index: 0, term: 0, clock: 0 })
  const first = await start(lmdbAdapter)
  const files = await start(fileAdapter)
  const last = await start(lmdbAdapter)
  await applyEntries(first, log.entries(120))
  const one = await first.createSnapshot()
  await transfer(first, files, one.id)
  const two = await files.createSnapshot()
  await transfer(files, last, two.id)
  expect(two.root).toBe(one.root)
  const more = log.entries(60)
  for (const machine of [first, files, last]) await applyEntries(machine, more)
  const digests = [await digestOf(first), await digestOf(files), await digestOf(last)]
  expect(digests).toEqual([digests[0], digests[0], digests[0]])
})

test('blocks may come in one memory: each is right until the next is asked for', async () => {
  const machine = await start(lmdbAdapter)
  await applySteps(
    machine,
    ['a', 'b', 'c', 'd'].map((letter) => put(letter, letter.repeat(700_000))),
  )
  const { id, checksums } = await machine.createSnapshot()
  await using source = await machine.openSnapshot(id)
  const memory = new Set<ArrayBufferLike>()
  const found: number[] = []
  for await (const { bytes } of source.blocks(0, { reuseMemory: true })) {
    memory.add(bytes.buffer)
    found.push(crc32(bytes))
  }
  expect(found).toEqual(checksums)
  expect([checksums.length, memory.size]).toEqual([3, 1])
})
