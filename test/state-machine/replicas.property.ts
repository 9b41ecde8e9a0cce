/** Replicas of one log, each with its own chunks, deaths, collections and installed snapshots: what they hold is the same. */
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { memoryDirectory } from '../../src/conformance/memory-directory.ts'
import { SeededRandom } from '../../src/conformance/random.ts'
import { realEntry } from '../../src/conformance/state-machine/entries.ts'
import { digestOf, transfer } from '../../src/conformance/state-machine/expectations.ts'
import { LogGenerator } from '../../src/conformance/state-machine/history.ts'
import type { StateMachineAdapter } from '../../src/conformance/state-machine/index.ts'
import type { ModelEntry } from '../../src/conformance/state-machine/model.ts'
import type { StateMachine } from '../../src/state-machine/index.ts'
import { propertyParameters } from '../property-parameters.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { fileAdapter, lazyFileAdapter, lmdbAdapter } from './adapters.ts'

/** More of them, and looked at less often, with `HOLDFAST_ENTRIES`. */
const length = Number(process.env['HOLDFAST_ENTRIES'] ?? 600)
const step = length < 2_000 ? 100 : 1_000

interface Replica {
  readonly adapter: StateMachineAdapter
  readonly directory: string
  readonly random: SeededRandom
  machine: StateMachine
}

async function start(adapter: StateMachineAdapter, directory: string): Promise<StateMachine> {
  const machine = adapter.create(directory, { collectPerApply: 2 })
  await machine.start()
  return machine
}

/** Applies through `index`, in some chunks, and dies now and then: from where it comes back it goes on. */
async function applyThrough(replica: Replica, log: readonly ModelEntry[], index: number): Promise<void> {
  const { adapter, directory, random } = replica
  while (replica.machine.applied().index < index) {
    const { machine } = replica
    const from = Math.max(0, machine.applied().index - random.integer(0, 2))
    const to = Math.min(index, machine.applied().index + random.integer(1, 24))
    await machine.applyChunk(log.slice(from, to).map(realEntry))
    const what = random.weighted({ nothing: 12, collect: 3, checkpoint: 1, die: 2, reopen: 1 })
    if (what === 'collect') await machine.collectExpired(random.integer(1, 9))
    if (what === 'checkpoint') await machine.checkpoint()
    if (what === 'reopen') await machine.close()
    if (what === 'die') machine.abandon()
    if (what === 'die' || what === 'reopen') replica.machine = await start(adapter, directory)
  }
}

test('replicas of one log are the same at the same index, whatever became of each on the way', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(2 ** 32 - 1), async (seed) => {
      const log = new LogGenerator(new SeededRandom(seed, 'log'), { index: 0, term: 0, clock: 0 }).entries(
        length,
      )
      // Nothing dies here but in this process, so that memory keeps as well as a disk.
      const home = temporaryDirectory(memoryDirectory())
      const replicas: Replica[] = []
      try {
        const adapters = [lmdbAdapter, fileAdapter, lazyFileAdapter, lmdbAdapter]
        for (const [at, adapter] of adapters.entries()) {
          const directory = join(home, String(at))
          const random = new SeededRandom(seed, `replica ${at}`)
          replicas.push({ adapter, directory, random, machine: await start(adapter, directory) })
        }
        const [leader, ...others] = replicas as [Replica, ...Replica[]]
        for (let index = step; index <= length; index += step) {
          await applyThrough(leader, log, index)
          const expected = await digestOf(leader.machine)
          for (const [at, other] of others.entries()) {
            // The last one is sent snapshots, of either kind, and applies what is between.
            if (at === others.length - 1 && index % (2 * step) === 0) {
              const kind = other.random.chance(0.5) ? 'native' : 'stream'
              const { id } = await leader.machine.createSnapshot({ kind })
              await transfer(leader.machine, other.machine, id)
            } else await applyThrough(other, log, index)
            expect(await digestOf(other.machine)).toEqual(expected)
          }
        }
      } finally {
        await Promise.all(replicas.map(({ machine }) => machine.close()))
      }
    }),
    propertyParameters(1),
  )
})
