import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { LogVerbs } from '../../../src/conformance/kit/index.ts'
import {
  type LineProtocolOptions,
  lineProtocolAdapter,
} from '../../../src/conformance/line-protocol/index.ts'
import { adapterOf } from '../../../src/conformance/line-protocol/line-protocol-adapter.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'

const program = fileURLToPath(new URL('./misbehaves.mjs', import.meta.url))
const hello = { name: 'misbehaves', capabilities: { metadata: 'returned' } } as const
const commandOf = (how: string): string => `${process.execPath} ${program} '${how}'`

async function open(how: string, options: LineProtocolOptions = {}): Promise<LogVerbs> {
  const adapter = adapterOf(commandOf(how), hello, options)
  const log = await adapter.open(temporaryDirectory(), { signal: new AbortController().signal })
  onTestFinished(async () => void (await log.abandon?.()))
  return log as LogVerbs
}

const told = (kind: string, message: RegExp) => ({
  code: 'HOLDFAST_ADAPTER',
  kind,
  message: expect.stringMatching(message),
})

describe('a command that', () => {
  test.each([
    ['./no-such-program --dir {dir}', 'open', /Cannot run .*: there is no such program; give a path/],
    ['no-such-program-in-path | cat >&2; exit 127', 'open', /the shell did not find; give a path/],
    [program, 'open', /Cannot run .*EACCES/],
  ])('cannot be run is told: %s', async (command, kind, message) => {
    await expect(lineProtocolAdapter(command)).rejects.toMatchObject(told(kind, message))
  })

  test.each([
    [
      'exits at once',
      'died',
      /ended by itself with exit code 3 before it answered hello; run it by itself.*: I am up/,
    ],
    [
      'greets people',
      'noise',
      /wrote to standard output.*"Listening on port 80"; write it to standard error/,
    ],
    ['speaks version 2', 'protocol', /speaks version 2 of the line protocol, and this suite speaks 1/],
    [
      'has no capabilities',
      'answer',
      /answered hello with .*: the field "capabilities" is missing, an object/,
    ],
    ['has a nickname', 'answer', /it has no field "names"; did you mean "name"\?/],
    ['invents a capability', 'definition', /there is no capability "metadatas": did you mean metadata\?/],
    [
      'is a queue',
      'definition',
      /is a storage of kind "queue", and version 1\.\d of the line protocol has commands for log, paxos, raft/,
    ],
  ])('%s is told when it says hello', async (how, kind, message) => {
    await expect(lineProtocolAdapter(commandOf(how))).rejects.toMatchObject(told(kind, message))
  })

  test.each([
    ['is mute', 'hang', /did not answer hello within 500 ms; a program that speaks the protocol reads lines/],
    ['closes its input', 'hang', /did not answer hello within 500 ms/],
  ])('%s is told when the time for hello is up', async (how, kind, message) => {
    const adapter = lineProtocolAdapter(commandOf(how), { helloMsMax: 500 })
    await expect(adapter).rejects.toMatchObject(told(kind, message))
  })

  test.each([
    ['writes no JSON', 'protocol', /a reply that is not JSON: ".*"; a reply is one object on one line/],
    ['writes an array', 'noise', /where only replies may be: "\[4\]"/],
    ['writes nothing', 'noise', /where only replies may be: an empty line/],
    ['debugs', 'noise', /where only replies may be: "reading 0 to 1"; write it to standard error/],
    ['writes no UTF-8', 'protocol', /a line to standard output that is not UTF-8/],
    [
      'forgets the id',
      'protocol',
      /wrote a reply without an id: .*; each request is answered once, with its id/,
    ],
    ['answers nobody', 'protocol', /answered a request that nobody made: .*; waiting for an answer: 3/],
    ['answers again', 'protocol', /answered a request a second time: /],
    [
      'forgets the entries',
      'answer',
      /answered read with .*: the field "entries" is missing, a list of bytes/,
    ],
    ['misspells the entries', 'answer', /it has no field "entry"/],
    ['reads text', 'answer', /the field "entries" is not a list of bytes, each as base64 with its padding/],
    ['reads null', 'answer', /the field "entries" is not a list of bytes/],
    ['fails with a word', 'answer', /where error is not an object/],
    [
      'fails without saying how',
      'answer',
      /where error.definite is missing: true says that the write did not happen/,
    ],
    ['dies', 'died', /ended by itself with exit code 7 before it answered read; .*: I am up\nout of luck/],
    ['is killed', 'died', /ended by itself by the signal SIGKILL before it answered read/],
  ])('%s is told when it is read from, and is over', async (how, kind, message) => {
    const log = await open(how)
    await expect(log.read(0, 1)).rejects.toMatchObject(told(kind, message))
    await expect(log.read(0, 1)).rejects.toMatchObject(told(kind, message))
  })

  test.each([
    ['hangs', 'hang', /did not answer read within 1500 ms; see whether it answers on every path/],
    ['does not flush', 'hang', /it began a line and did not end it: "{\\"id\\":3,\\"entries\\":\[\]}"/],
  ])('%s is told when the time is up', async (how, kind, message) => {
    const log = await open(how, { callMsMax: 1500 })
    await expect(log.read(0, 1)).rejects.toMatchObject(told(kind, message))
  })

  test.each(['does not end its line', 'writes a long line'])(
    '%s is told before it is read whole',
    async (how) => {
      const log = await open(how, { lineBytesMax: 65_536 })
      await expect(log.read(0, 1)).rejects.toMatchObject(
        told('protocol', /wrote a line of more than 65536 bytes to standard output: /),
      )
    },
  )

  test('speaks while nobody has asked is told with the next call', async () => {
    const log = await open('chats afterwards')
    const calls = async () => {
      for (;;) await log.read(0, 1)
    }
    await expect(calls()).rejects.toMatchObject(told('noise', /"ready"/))
  })

  test('promises something else when it is started again is told', async () => {
    const adapter = adapterOf(commandOf('nothing'), { ...hello, capabilities: {} })
    const opening = adapter.open(temporaryDirectory(), { signal: new AbortController().signal })
    await expect(opening).rejects.toMatchObject(
      told('protocol', /says of itself .*"metadata".*, and said .* before/),
    )
  })

  test('answers before it is asked is told', async () => {
    await expect(lineProtocolAdapter(commandOf('speaks first'))).rejects.toMatchObject({
      code: 'HOLDFAST_ADAPTER',
    })
  })

  test('does not end after stop is told, and dead', async () => {
    const adapter = lineProtocolAdapter(commandOf('does not stop'), { callMsMax: 1000 })
    await expect(adapter).rejects.toMatchObject(
      told('hang', /answered stop, and has not ended 1000 ms later/),
    )
  })

  test('ends with another exit code than 0 is told', async () => {
    const adapter = lineProtocolAdapter(commandOf('fails at the end'))
    await expect(adapter).rejects.toMatchObject(
      told('died', /answered stop, and then ended with exit code 9/),
    )
  })
})

describe('a storage that says', () => {
  test('error.definite has it on the error that is thrown, and goes on', async () => {
    const definite = await open('fails definitely')
    await expect(definite.read(0, 1)).rejects.toMatchObject({
      ...{ name: 'DiskFull', message: 'full', definite: true, left: 0 },
    })
    expect(await definite.getMeta?.('k')).toBeUndefined()
    const indefinite = await open('fails indefinitely')
    await expect(indefinite.read(0, 1)).rejects.toMatchObject({ name: 'EIO', definite: false })
  })

  test('its answers in another order is understood by their ids', async () => {
    const log = await open('answers backwards')
    expect(await Promise.all([log.read(0, 1), log.read(1, 2)])).toEqual([[], []])
  })
})

test('what the storage writes to standard error is kept in the file that was asked for', async () => {
  const stderrFile = join(temporaryDirectory(), 'stderr.log')
  const log = await open('nothing', { stderrFile })
  await log.close()
  expect(readFileSync(stderrFile, 'utf8')).toBe('I am up\n')
})
