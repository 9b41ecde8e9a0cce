/** How the rows of a chunk come into LMDB: many are framed before the first of them is stored. */
import { expect, onTestFinished, test } from 'vitest'
import { FailpointRegistry } from '../../failpoints/index.ts'
import { type ApplyEntry, type Command, LmdbStateMachine } from '../../src/state-machine/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

function entriesFrom(first: number, commands: readonly Command[]): ApplyEntry[] {
  return commands.map((command, offset) => ({ index: first + offset, term: 1, command }))
}

function putOf(key: string, value: Uint8Array): Command {
  return { kind: 'put', key: Buffer.from(key), value }
}

async function start(directory: string, failpoints?: FailpointRegistry): Promise<LmdbStateMachine> {
  const machine = new LmdbStateMachine(directory, { failpoints })
  onTestFinished(() => machine.close())
  await machine.start()
  return machine
}

test('rows of every length, more than are framed at once, are all there, also after opening again', async () => {
  const directory = temporaryDirectory()
  const machine = await start(directory)
  const lengths = Array.from({ length: 1_500 }, (_, at) => (at % 100 === 50 ? 40_000 : at % 97))
  const keyOf = (at: number): string => `key ${at}`
  const valueAt = (at: number): Buffer => Buffer.alloc(lengths[at] ?? 0, at)
  await machine.applyChunk(
    entriesFrom(
      1,
      lengths.map((_, at) => putOf(keyOf(at), valueAt(at))),
    ),
  )
  await machine.close()
  const again = await start(directory)
  const wrong = lengths.flatMap((_, at) =>
    Buffer.compare(again.get(Buffer.from(keyOf(at)))?.value ?? Buffer.of(1), valueAt(at)) === 0 ? [] : [at],
  )
  expect(wrong).toStrictEqual([])
  expect(again.size().keys).toBe(lengths.length)
})

test('of a chunk that was given up after some rows nothing comes into the next one', async () => {
  const failpoints = new FailpointRegistry({ seed: 1 })
  const machine = await start(temporaryDirectory(), failpoints)
  const many = (text: string) =>
    Array.from({ length: 10 }, (_, at) => putOf(`${text} ${at}`, Buffer.from(text)))
  failpoints.arm('state.lmdb.commit.row', '5*off->1*return(ENOSPC)')
  await expect(machine.applyChunk(entriesFrom(1, many('given up')))).rejects.toMatchObject({ inDoubt: false })
  await machine.applyChunk(entriesFrom(1, many('kept')))
  expect(machine.scan({ limit: 100 }).items.map(([key]) => Buffer.from(key).toString())).toStrictEqual(
    Array.from({ length: 10 }, (_, at) => `kept ${at}`),
  )
})

test('a touch leaves the value as it was, whatever was read for the entries after it', async () => {
  const machine = await start(temporaryDirectory())
  const names = Array.from({ length: 50 }, (_, at) => `name ${at}`)
  await machine.applyChunk(
    entriesFrom(
      1,
      names.map((name) => putOf(name, Buffer.from(name))),
    ),
  )
  await machine.applyChunk(
    entriesFrom(
      51,
      names.map((name) => ({ kind: 'touch', key: Buffer.from(name), ttlMs: 1000 })),
    ),
  )
  const values = names.map((name) => Buffer.from(machine.get(Buffer.from(name))?.value ?? []).toString())
  expect(values).toStrictEqual(names)
})
