/** Whose bytes are whose: what a caller hands in is its own again, and what it gets shares no memory with that. */
import { expect, onTestFinished, test } from 'vitest'
import { FileStateMachine, LmdbStateMachine, type StateMachine } from '../../src/state-machine/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const machines: readonly [string, (directory: string) => StateMachine][] = [
  ['LMDB', (directory) => new LmdbStateMachine(directory)],
  ['files', (directory) => new FileStateMachine(directory)],
]

async function start(create: (directory: string) => StateMachine): Promise<StateMachine> {
  const machine = create(temporaryDirectory())
  onTestFinished(() => machine.close())
  await machine.start()
  return machine
}

test.each(machines)(
  'keys and values that are overwritten after the chunk was applied stay as they were: %s',
  async (_, create) => {
    const machine = await start(create)
    const [key, value] = [Buffer.from('key'), Buffer.from('value')]
    await machine.applyChunk([{ index: 1, term: 1, command: { kind: 'put', key, value, ttlMs: 100 } }])
    key.fill('x')
    value.fill('x')
    expect(Buffer.from(machine.get(Buffer.from('key'))?.value ?? []).toString()).toBe('value')
    expect(machine.leases.expireAt(Buffer.from('key'))).toBe(100)
  },
)

test.each(machines)(
  'what was there before, put by an earlier entry of the chunk, is a copy: %s',
  async (_, create) => {
    const machine = await start(create)
    const [key, value] = [Buffer.from('key'), Buffer.from('value')]
    const put = { kind: 'put', key, value } as const
    const chunk = [
      { index: 1, term: 1, command: put },
      { index: 2, term: 1, command: { ...put, value: Buffer.from('other') } },
    ]
    const { results } = await machine.applyChunk(chunk, { wantPrev: true })
    value.fill('x')
    expect(Buffer.from(results[1]?.prev?.value ?? []).toString()).toBe('value')
  },
)

test.each(machines)('a key that expired within its chunk is told as a copy: %s', async (_, create) => {
  const machine = await start(create)
  const key = Buffer.from('key')
  const { expired } = await machine.applyChunk([
    { index: 1, term: 1, command: { kind: 'put', key, value: Buffer.from('v'), ttlMs: 1 } },
    { index: 2, term: 1, time: 10, command: { kind: 'noop' } },
  ])
  key.fill('x')
  expect(expired).toEqual([new Uint8Array(Buffer.from('key'))])
})
