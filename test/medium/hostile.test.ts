/** What a careless embedder, an operator in a hurry, or a failpoint's callback can do to a log in use. */
import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { FailpointRegistry } from '../../failpoints/index.ts'
import {
  bytesCodec,
  type Codec,
  InvalidArgumentError,
  LmdbEnvironment,
  LogNotFoundError,
  type LogStore,
  MemoryLog,
  openLmdbLog,
  openLmdbLogIn,
  openLmdbLogView,
  PoisonedError,
  valueBytesMax,
  WriteFailedError,
} from '../../src/index.ts'
import { PaxosStorage, type StopSign } from '../../src/paxos/index.ts'
import { captureWarnings } from '../captured.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (value: Uint8Array | undefined): string | undefined => value && new TextDecoder().decode(value)
const append = (...values: string[]) => ({ kind: 'append' as const, entries: values.map(bytes) })

describe('bytes that change while they are stored', () => {
  test('a codec may use one buffer for all of its values', () => {
    const scratch = new Uint8Array(1)
    const codec: Codec<string> = {
      encode: (value) => {
        scratch.set(bytes(value))
        return scratch
      },
      decode: (stored) => text(stored) ?? '',
    }
    const storage = new PaxosStorage<string>(new MemoryLog(), { entryCodec: codec })
    storage.appendEntries(['a', 'b', 'c'])
    expect(storage.getEntries(0, 3)).toEqual(['a', 'b', 'c'])
  })

  test.each(['push', 'shorten'])(
    'a list of entries that an observer changes (%s) is stored as it was given',
    (how) => {
      const directory = temporaryDirectory()
      const entries = [bytes('a'), bytes('b')]
      const onCommitStart = (): void => {
        if (how === 'push') entries.push(bytes('c'))
        else entries.length = 1
      }
      const log = openLmdbLog(directory, { observer: { onCommitStart } })
      log.commit([{ kind: 'append', entries }])
      expect(log.nextIndex).toBe(2)
      expect(log.read(0, 2).map(text)).toEqual(['a', 'b'])
      expect(log.audit()).toEqual([])
      log.close()
      using again = openLmdbLog(directory)
      expect(again.nextIndex).toBe(2)
    },
  )

  test('a detached buffer is InvalidArgumentError', () => {
    const value = bytes('gone')
    structuredClone(value, { transfer: [value.buffer as ArrayBuffer] })
    using log = openLmdbLog(temporaryDirectory())
    expect(() => log.commit([{ kind: 'append', entries: [value] }])).toThrow(InvalidArgumentError)
    expect(log.nextIndex).toBe(0)
  })

  test('a sparse list is InvalidArgumentError, of operations and of nodes', () => {
    using log = openLmdbLog(temporaryDirectory())
    const ops = [append('a')]
    ops.length = 2
    expect(() => log.commit(ops)).toThrow(InvalidArgumentError)
    const nodes = [1, 2, 3]
    delete nodes[1]
    const storage = new PaxosStorage(log)
    expect(() => storage.setStopsign({ nextConfig: { configurationId: 1, nodes } })).toThrow(
      InvalidArgumentError,
    )
    const nothing = null as unknown as StopSign
    expect(() => storage.setStopsign(nothing)).toThrow(expect.objectContaining({ argument: 'stopsign' }))
    expect(storage.getStopsign()).toBeUndefined()
  })
})

test('a value of one byte more than the limit is InvalidArgumentError, and nothing of its batch is written', () => {
  using log = openLmdbLog(temporaryDirectory())
  const tooLong = new Uint8Array(valueBytesMax + 1)
  expect(() => log.commit([{ kind: 'append', entries: [bytes('small'), tooLong] }])).toThrow(
    expect.objectContaining({ code: 'HOLDFAST_INVALID_ARGUMENT', argument: 'entries[1]' }),
  )
  expect(() => log.defer([{ kind: 'setMeta', key: 'key', value: tooLong }])).toThrow(InvalidArgumentError)
  expect(log.nextIndex).toBe(0)
})

describe('calls from inside a write', () => {
  /** Of a write that is not refused, what is called from inside it has an end. */
  function once(callback: () => void): () => void {
    let isCalled = false
    return () => {
      if (isCalled) return
      isCalled = true
      callback()
    }
  }

  const calls: Record<string, (log: LogStore) => unknown> = {
    commit: (log) => log.commit([append('inner')]),
    defer: (log) => log.defer([{ kind: 'trim', upTo: 1 }]),
    flush: (log) => log.flush(),
    reclaim: (log) => log.reclaim(),
    close: (log) => log.close(),
    abandon: (log) => log.abandon(),
  }

  const inMemory = (failpoints: FailpointRegistry): LogStore => new MemoryLog({ failpoints })
  const inLmdb = (failpoints: FailpointRegistry): LogStore =>
    openLmdbLog(temporaryDirectory(), { failpoints })

  function logWith(callback: (log: LogStore) => void, open = inLmdb): LogStore {
    const failpoints = new FailpointRegistry()
    const log = open(failpoints)
    onTestFinished(() => log.abandon())
    log.commit([append('before')])
    failpoints.arm(
      'log.commit.inside',
      once(() => callback(log)),
    )
    return log
  }

  // The one in memory first: closing LMDB from inside a transaction, were it not refused, would never return.
  test.each(Object.keys(calls))('%s() is InvalidArgumentError, and the outer write goes on', (name) => {
    for (const open of [inMemory, inLmdb]) {
      let refused: unknown
      const log = logWith((outer) => {
        try {
          calls[name]?.(outer)
        } catch (error) {
          refused = error
        }
      }, open)
      log.commit([append('outer')])
      expect(refused).toBeInstanceOf(InvalidArgumentError)
      expect(log.read(0, 2).map(text)).toEqual(['before', 'outer'])
      expect(log.audit()).toEqual([])
    }
  })

  test('a read is refused too: it would see what may yet be undone', () => {
    const log = logWith((outer) => {
      expect(() => outer.get(0)).toThrow(InvalidArgumentError)
      expect(() => outer.getMeta('key')).toThrow(InvalidArgumentError)
    })
    log.commit([append('outer')])
    expect(log.nextIndex).toBe(2)
  })

  test('neither another log nor the environment can be written, opened or closed', () => {
    const failpoints = new FailpointRegistry()
    const environment = LmdbEnvironment.open(temporaryDirectory())
    const one = openLmdbLogIn(environment, 'one', { create: true, failpoints })
    const two = openLmdbLogIn(environment, 'two', { create: true })
    const callInside = (): void => {
      expect(() => two.commit([append('inner')])).toThrow(InvalidArgumentError)
      expect(() => openLmdbLogIn(environment, 'three', { create: true })).toThrow(InvalidArgumentError)
      expect(() => environment.close()).toThrow(InvalidArgumentError)
    }
    failpoints.arm('log.commit.inside', once(callInside))
    one.commit([append('outer')])
    expect(one.nextIndex).toBe(1)
    expect(two.nextIndex).toBe(0)
    expect(openLmdbLogIn(environment, 'three', { create: true }).nextIndex).toBe(0)
    environment.close()
  })
})

describe('observers', () => {
  test('that throw what cannot be shown, or reject later, fail no write', async () => {
    const warnings = captureWarnings()
    const observer = {
      onCommitStart: (): void => {
        throw Object.create(null)
      },
      onWrite: async (): Promise<void> => {
        throw new Error('too late')
      },
    }
    using log = openLmdbLog(temporaryDirectory(), { observer })
    log.commit([append('a')])
    expect(log.nextIndex).toBe(1)
    await new Promise((resolve) => setImmediate(resolve))
    expect(warnings.map(({ message }) => message)).toEqual(['something that cannot be shown', 'too late'])
  })
})

describe('a directory that changes under a log', () => {
  test('opened by a relative path, it is found after the process went elsewhere', () => {
    const [home, elsewhere] = [temporaryDirectory(), temporaryDirectory()]
    const before = process.cwd()
    onTestFinished(() => process.chdir(before))
    process.chdir(home)
    using log = openLmdbLog('./log')
    process.chdir(elsewhere)
    log.commit([append('a')])
    expect(log.stats().entries).toBe(1)
    expect(log.nextIndex).toBe(1)
  })

  const changes: Record<string, (directory: string) => void> = {
    'was removed': (directory) => rmSync(directory, { recursive: true }),
    'was moved away': (directory) => renameSync(directory, `${directory}-moved`),
    'was replaced': (directory) => {
      renameSync(directory, `${directory}-moved`)
      openLmdbLog(directory).close()
    },
  }

  test.each(Object.keys(changes))('acks nothing once it %s', (change) => {
    const directory = join(temporaryDirectory(), 'log')
    const log = openLmdbLog(directory)
    log.commit([append('a')])
    changes[change]?.(directory)
    expect(() => log.commit([{ kind: 'compact', index: 1 }])).toThrow(WriteFailedError)
    expect(() => log.commit([append('b')])).toThrow(PoisonedError)
    log.close()
  })

  test('a second owner that came by without the lock is not overwritten', () => {
    const directory = temporaryDirectory()
    const first = openLmdbLog(directory)
    first.commit([append('first')])
    rmSync(join(directory, 'holdfast.lock'))
    const second = openLmdbLog(directory)
    second.commit([append('second')])
    second.close()
    expect(() => first.commit([append('lost')])).toThrow(
      expect.objectContaining({ reason: 'io', inDoubt: true }),
    )
    expect(() => first.get(0)).toThrow(PoisonedError)
    first.close()
    using again = openLmdbLog(directory)
    expect(again.read(0, 2).map(text)).toEqual(['first', 'second'])
    expect(again.audit()).toEqual([])
  })

  test('a data file that is a link to nothing does not look like a new log', () => {
    const directory = temporaryDirectory()
    symlinkSync(join(directory, 'not-mounted', 'data.mdb'), join(directory, 'data.mdb'))
    expect(() => openLmdbLog(directory)).toThrow(LogNotFoundError)
    mkdirSync(join(directory, 'not-mounted'))
    expect(() => openLmdbLog(directory)).toThrow(/link to nothing/)
  })

  test('that is none of ours is left without a lock file when nothing is to be created', () => {
    const directory = temporaryDirectory()
    expect(() => openLmdbLog(directory, { create: false })).toThrow(LogNotFoundError)
    expect(() => rmSync(join(directory, 'holdfast.lock'))).toThrow(
      expect.objectContaining({ code: 'ENOENT' }),
    )
  })
})

describe('arguments of opening', () => {
  test.each([[2 ** 20 - 1], [2 ** 47], [1.5], ['1g']])('mapSize %j is refused', (mapSize) => {
    const open = (): LogStore => openLmdbLog(temporaryDirectory(), { mapSize: mapSize as number })
    expect(open).toThrow(InvalidArgumentError)
  })

  test('a view of nothing, or of a log without a name, is InvalidArgumentError', () => {
    expect(() => openLmdbLogView(undefined as unknown as string)).toThrow(InvalidArgumentError)
    expect(() => openLmdbLogView('.', { name: null as unknown as string })).toThrow(InvalidArgumentError)
  })

  test('one database more than databasesMax is InvalidArgumentError that names it', () => {
    using environment = LmdbEnvironment.open(temporaryDirectory(), { databasesMax: 1 })
    openLmdbLogIn(environment, 'one', { create: true })
    expect(() => openLmdbLogIn(environment, 'two', { create: true })).toThrow(
      expect.objectContaining({ code: 'HOLDFAST_INVALID_ARGUMENT', argument: 'databasesMax' }),
    )
  })
})

describe('a database of the embedder', () => {
  test('is read anywhere, and written only inside a transaction', () => {
    using environment = LmdbEnvironment.open(temporaryDirectory())
    const database = environment.openDatabase('mine', { create: true })
    expect(() => database?.put(bytes('key'), bytes('value'))).toThrow(/inside LmdbEnvironment.transact/)
    environment.transact({ log: 'mine', operation: 'put' }, () => database?.put(bytes('key'), bytes('value')))
    expect(database?.get(bytes('key'))).toEqual(bytes('value'))
    expect(database?.get(bytes('key'))?.buffer.byteLength).toBe(5)
  })
})

test('stats() of a log that was poisoned still answers, and of a closed environment is LogClosedError', () => {
  const failpoints = new FailpointRegistry()
  const environment = LmdbEnvironment.open(temporaryDirectory())
  const log = openLmdbLogIn(environment, 'log', { create: true, failpoints })
  log.commit([append('a')])
  using _armed = failpoints.arm('log.commit.inside', 'return(EIO)')
  expect(() => log.commit([append('b')])).toThrow(WriteFailedError)
  expect(log.stats()).toMatchObject({ isPoisoned: true, entries: 1, nextIndex: 1 })
  environment.close()
  expect(() => log.stats()).toThrow(expect.objectContaining({ code: 'HOLDFAST_LOG_CLOSED' }))
})

test('bytesCodec refuses what is no bytes', () => {
  const storage = new PaxosStorage<Uint8Array>(new MemoryLog(), { entryCodec: bytesCodec })
  expect(() => storage.appendEntry('text' as unknown as Uint8Array)).toThrow(InvalidArgumentError)
})
