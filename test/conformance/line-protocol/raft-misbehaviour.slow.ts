/** Raft storage that is no partner is told apart from one that fails. */
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { RaftVerbs } from '../../../src/conformance/kit/index.ts'
import { lineProtocolAdapter } from '../../../src/conformance/line-protocol/index.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'

const program = fileURLToPath(new URL('./answers.mjs', import.meta.url))

function commandOf(hello: object, replies: object = {}): string {
  return `${process.execPath} ${program} '${JSON.stringify({ hello: { kind: 'raft', ...hello }, replies })}'`
}

async function open(replies: object, hello: object = {}): Promise<RaftVerbs> {
  const adapter = await lineProtocolAdapter(commandOf(hello, replies), { callMsMax: 1500 })
  const storage = await adapter.open(temporaryDirectory(), { signal: new AbortController().signal })
  onTestFinished(async () => void (await storage.abandon?.()))
  return storage as RaftVerbs
}

const told = (kind: string, message: RegExp) => ({
  code: 'HOLDFAST_ADAPTER',
  ...{ kind, message: expect.stringMatching(message) },
})
const entry = { index: 1, term: 1, kind: 'command', data: 'YQ==' }
const ends = { firstIndex: 1, lastIndex: 1, lastTerm: 1, boundaryIndex: 0, boundaryTerm: 0 }

describe('hello of a storage of kind raft', () => {
  test.each([
    [
      'of version 1.0',
      { minor: 0 },
      'definition',
      /version 1\.0 has no commands for that; say "minor": 1 in hello/,
    ],
    [
      'of a later minor version',
      { minor: 99 },
      'protocol',
      /speaks version 1\.99 .*, and this suite speaks 1\.\d; take/,
    ],
    [
      'with a command that is none',
      { commands: ['installSnapshots'] },
      'definition',
      /says that it has the command "installSnapshots", which is none .* of kind raft may leave out: there are/,
    ],
    [
      'with a command of another kind',
      { kind: 'log', commands: ['resetRaft'] },
      'definition',
      /: there are none/,
    ],
    ['with commands that are no list', { commands: 'flush' }, 'answer', /"commands" is not a list of texts/],
  ])('%s is told', async (_, hello, kind, message) => {
    await expect(lineProtocolAdapter(commandOf(hello))).rejects.toMatchObject(told(kind, message))
  })

  test('of version 1.0 of kind log is taken as it always was', async () => {
    const command = `${process.execPath} ${program} '{"hello":{"minor":0}}'`
    expect((await lineProtocolAdapter(command)).kind).toBe('log')
  })
})

describe('a reply of Raft storage', () => {
  const notEntries = /the field "entries" is not a list of entries, each with index, term, kind/
  test.each([
    ['without its entries', {}, 'answer', /the field "entries" is missing, a list of entries/],
    ['of bytes alone', { entries: ['YQ=='] }, 'answer', notEntries],
    [
      'with an entry without a term',
      { entries: [{ index: 1, kind: 'noop', data: '' }] },
      'answer',
      notEntries,
    ],
    ['with an entry of an unknown kind', { entries: [{ ...entry, kind: 'vote' }] }, 'answer', notEntries],
    ['with data that are no base64', { entries: [{ ...entry, data: 'a b' }] }, 'answer', notEntries],
    ['with an entry of more fields', { entries: [{ ...entry, size: 1 }] }, 'answer', notEntries],
    ['that is a word', 'read!', 'noise', /where only replies may be: "read!"/],
    ['to nobody', '{"id":99,"entries":[]}', 'protocol', /answered a request that nobody made/],
    ['without an id', '{"entries":[]}', 'protocol', /a reply without an id/],
    ['that never comes', ['hangs'], 'hang', /did not answer readRaft within 1500 ms/],
    ['of a process that dies', ['dies'], 'died', /exit code 7 before it answered readRaft/],
    ['of a process that is killed', ['is killed'], 'died', /SIGKILL before it answered readRaft/],
    [
      'with an error that does not say',
      { error: { code: 'EIO', message: 'x' } },
      'answer',
      /error.definite is missing/,
    ],
  ])('%s is told, and is over', async (_, readRaft, kind, message) => {
    const storage = await open({ readRaft })
    await expect(storage.entries(1, 2)).rejects.toMatchObject(told(kind, message))
    await expect(storage.term(1)).rejects.toMatchObject(told(kind, message))
  })

  test('a second time is told with the next call', async () => {
    const storage = await open({ appendRaft: ['answers twice'] })
    const calls = async () => {
      for (;;) await storage.append([])
    }
    await expect(calls()).rejects.toMatchObject(told('protocol', /answered a request a second time/))
  })

  test('without the last term is told', async () => {
    const { lastTerm: _, ...rest } = ends
    const storage = await open({ raftIndexes: rest })
    await expect(storage.lastIndex()).rejects.toMatchObject(told('answer', /the field "lastTerm" is missing/))
  })

  test('in another order is understood by its id', async () => {
    const storage = await open({ readRaft: ['answers backwards', { entries: [entry] }] })
    const read = await Promise.all([storage.entries(1, 2), storage.entries(1, 2)])
    expect(read.map(([first]) => first?.data)).toEqual([Uint8Array.of(97), Uint8Array.of(97)])
  })

  test('with an error is what the storage threw, and it goes on', async () => {
    const error = { code: 'Compacted', message: 'gone', definite: true }
    const storage = await open({ readRaft: { error }, raftIndexes: ends })
    await expect(storage.entry(1)).rejects.toMatchObject({ name: 'Compacted', definite: true })
    expect(await storage.lastLogId()).toEqual({ index: 1, term: 1 })
  })
})

test('Raft storage has the methods whose commands it names, and no others', async () => {
  const least = await open({})
  expect(
    ['saveWith', 'installSnapshot', 'replaceSuffix', 'reset', 'flush'].filter((name) => name in least),
  ).toEqual([])
  const most = await open(
    {},
    {
      capabilities: { batch: true },
      commands: ['installSnapshot', 'replaceRaftSuffix', 'resetRaft', 'flush'],
    },
  )
  expect(most).toMatchObject({
    ...{ saveWith: expect.any(Function), installSnapshot: expect.any(Function) },
    ...{ replaceSuffix: expect.any(Function), reset: expect.any(Function), flush: expect.any(Function) },
  })
})
