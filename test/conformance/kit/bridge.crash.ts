import { execFileSync } from 'node:child_process'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { loadAdapter } from '../../../src/conformance/kill/index.ts'
import type { AdapterError, bridgeLogAdapter, loadDefinition } from '../../../src/conformance/kit/index.ts'
import type { LogStore } from '../../../src/log/index.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'

// The built modules: the bridge starts its thread from where it is itself.
const built = (await import(new URL('../../../dist/src/conformance/kit/index.js', import.meta.url).href)) as {
  readonly bridgeLogAdapter: typeof bridgeLogAdapter
  readonly loadDefinition: typeof loadDefinition
}
const suites = (await import(new URL('../../../dist/src/conformance/index.js', import.meta.url).href)) as {
  readonly loadAdapter: typeof loadAdapter
}

const url = (name: string): string => new URL(`./adapters/${name}`, import.meta.url).href
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const texts = (values: readonly Uint8Array[]): string[] =>
  values.map((value) => new TextDecoder().decode(value))

async function open(name: string, directory = temporaryDirectory()): Promise<LogStore> {
  const adapter = await suites.loadAdapter(url(name))
  const log = adapter.open(directory)
  onTestFinished(() => log.abandon())
  return log
}

/** How long each call may take: nobody waits long for one that never comes back, and a busy machine makes no other late. */
function patienceMsFor(how: string): number {
  return how.startsWith('hangs') || how === 'spins' ? 1_000 : 60_000
}

async function misbehaving(how: string): Promise<LogStore> {
  const adapterUrl = url(`misbehaves.mjs?how=${encodeURIComponent(how)}`)
  const definition = await built.loadDefinition(adapterUrl)
  const options = { callMsMax: patienceMsFor(how) }
  const log = built.bridgeLogAdapter(adapterUrl, definition, options).open(temporaryDirectory())
  onTestFinished(() => log.abandon())
  return log
}

function thrown(body: () => unknown): AdapterError & { readonly isDefinite?: boolean } {
  try {
    body()
  } catch (error) {
    return error as AdapterError
  }
  throw new Error('It did not throw')
}

describe('a log behind the bridge', () => {
  test('is the log that it is, call by call', async () => {
    const log = await open('journal.mjs')
    log.commit([{ kind: 'append', entries: [bytes('a'), bytes('b'), bytes('')] }])
    expect([log.firstIndex, log.nextIndex, log.compactedIndex]).toEqual([0, 3, 0])
    log.commit([
      { kind: 'replaceSuffix', from: 1, entries: [bytes('x'), bytes('y')] },
      { kind: 'setMeta', key: 'k', value: bytes('v') },
    ])
    log.defer([
      { kind: 'trim', upTo: 1 },
      { kind: 'compact', index: 2 },
    ])
    expect([log.firstIndex, log.nextIndex, log.compactedIndex]).toEqual([1, 3, 2])
    expect(texts(log.read(1, 3))).toEqual(['x', 'y'])
    expect(log.read(0, 3)).toEqual([])
    expect([...log.entries()].map(({ index }) => index)).toEqual([1, 2])
    expect(log.getMeta('k')).toEqual(bytes('v'))
    expect(log.getMeta('none')).toBeUndefined()
  })

  test('is what it was after close and open, and after its thread was dropped', async () => {
    const directory = temporaryDirectory()
    const first = await open('journal.mjs', directory)
    first.commit([{ kind: 'append', entries: [bytes('a')] }])
    first.close()
    const second = await open('journal.mjs', directory)
    second.commit([{ kind: 'append', entries: [bytes('b')] }])
    second.abandon()
    const third = await open('journal.mjs', directory)
    expect(texts(third.read(0, 2))).toEqual(['a', 'b'])
  })

  test('needs five methods and no promise', async () => {
    const log = await open('least.mjs')
    log.commit([{ kind: 'append', entries: [bytes('a'), bytes('b')] }])
    log.flush()
    expect([log.compactedIndex, log.getMeta('k'), log.audit()]).toEqual([0, undefined, []])
    expect(texts(log.read(0, 2))).toEqual(['a', 'b'])
  })

  test('refuses by the types of the port, though the store has none', async () => {
    const log = await open('journal.mjs')
    log.commit([
      { kind: 'append', entries: [bytes('a'), bytes('b')] },
      { kind: 'trim', upTo: 1 },
    ])
    const replace = (from: number) => () =>
      log.commit([{ kind: 'replaceSuffix', from, entries: [bytes('x')] }])
    expect(thrown(replace(0))).toMatchObject({ code: 'HOLDFAST_COMPACTED', firstIndex: 1 })
    expect(thrown(replace(3))).toMatchObject({ code: 'HOLDFAST_LOG_GAP', nextIndex: 2 })
  })

  test('answers nothing once it is closed', async () => {
    const log = await open('journal.mjs')
    log.close()
    log.close()
    expect(thrown(() => log.nextIndex)).toMatchObject({ code: 'HOLDFAST_LOG_CLOSED' })
  })
})

describe('an adapter that', () => {
  test.each([['throws at import', 'open', /Cannot load the adapter .*no such luck/]])(
    '%s cannot be loaded',
    async (how, kind, message) => {
      await expect(misbehaving(how)).rejects.toMatchObject({ kind, message: expect.stringMatching(message) })
    },
  )

  test.each([
    ['promises too much', 'missing-method', /promises trim, and .* has no method trim/],
    ['lacks close', 'missing-method', /has no method close, and an adapter of kind log needs it/],
    ['hangs in open', 'hang', /did not answer open\(\) within 1000 ms/],
  ])('%s is told when it is opened', async (how, kind, message) => {
    await expect(misbehaving(how)).rejects.toMatchObject({ kind, message: expect.stringMatching(message) })
  })

  test.each([
    ['hangs', 'hang', /did not answer append\(\) within 1000 ms/],
    ['spins', 'hang', /did not answer append\(\) within 1000 ms/],
    ['exits', 'died', /ended its thread/],
    ['rejects elsewhere', 'died', /nobody caught me/],
  ])('%s is told when it is called', async (how, kind, message) => {
    const log = await misbehaving(how)
    const append = () => log.commit([{ kind: 'append', entries: [bytes('a')] }])
    expect(thrown(append)).toMatchObject({ kind, message: expect.stringMatching(message) })
    expect(thrown(append)).toMatchObject({ kind: 'died' })
  })

  test('throws from open says it in its own words', async () => {
    await expect(misbehaving('throws from open')).rejects.toMatchObject({
      name: 'Error',
      method: 'open',
      message: 'the door is shut',
    })
  })

  test('answers of another type is told which method and what it should be', async () => {
    const words = await misbehaving('counts in words')
    expect(thrown(() => words.nextIndex)).toMatchObject({
      kind: 'answer',
      message: 'nextIndex() answered "three"; it should answer an index, an integer of 0 or more',
    })
    const text = await misbehaving('reads text')
    expect(thrown(() => text.read(0, 1)).message).toMatch(/read\(\) answered "text"/)
  })

  test('throws says whether the write certainly did not happen', async () => {
    const append = (log: LogStore) => () => log.commit([{ kind: 'append', entries: [bytes('a')] }])
    expect(thrown(append(await misbehaving('definite')))).toMatchObject({
      name: 'DiskFull',
      isDefinite: true,
    })
    expect(thrown(append(await misbehaving('indefinite')))).toMatchObject({
      message: 'who knows',
      isDefinite: false,
    })
  })
})

test('a process with a bridge ends by itself, and has nothing of the adapter on its standard output', () => {
  const kit = new URL('../../../dist/src/conformance/index.js', import.meta.url).href
  const code = `
    const { loadAdapter } = await import('${kit}')
    const adapter = await loadAdapter('${url('misbehaves.mjs?how=prints')}')
    const log = adapter.open(process.argv[1])
    log.commit([{ kind: 'append', entries: [new Uint8Array(1)] }])
    process.stdout.write('the report')
    await new Promise((resolve) => setImmediate(resolve))`
  const output = execFileSync(
    process.execPath,
    ['--input-type=module', '--eval', code, temporaryDirectory()],
    { encoding: 'utf8', timeout: 20_000, stdio: ['ignore', 'pipe', 'ignore'] },
  )
  expect(output).toBe('the report')
})
