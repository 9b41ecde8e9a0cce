/** What is on the disk is not what was written: each kind of damage has its own error, and none of it comes back as data. */
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import { describe, expect, test } from 'vitest'
import { encodeFrame } from '../../src/codec/index.ts'
import {
  CorruptionError,
  FormatVersionError,
  InvalidArgumentError,
  LmdbEnvironment,
  LogNotFoundError,
  type LogStore,
  openLmdbLog,
  openLmdbLogIn,
} from '../../src/index.ts'
import { entryKey } from '../../src/log/records.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { errorOf } from '../thrown-by.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const needle = 'an entry that can be found in the file'

/** A closed log of three entries and two metadata, whose directory a test may damage. */
function writtenLog(): string {
  const directory = temporaryDirectory()
  using log = openLmdbLog(directory)
  log.commit([{ kind: 'append', entries: [bytes('first'), bytes(needle), bytes('last')] }])
  log.commit([{ kind: 'setMeta', key: 'promise', value: bytes(`${needle} as metadata`) }])
  return directory
}

/** Changes `directory`'s environment as another program could, below everything of ours. */
function tamper(
  directory: string,
  change: (root: RootDatabase, log: ReturnType<RootDatabase['openDB']>) => void,
): void {
  const binary = { encoding: 'binary', keyEncoding: 'binary', cache: false } as const
  const root = open({ path: directory, noSubdir: false, overlappingSync: false, maxDbs: 128, ...binary })
  const log = root.openDB({ name: 'log', ...binary })
  root.transactionSync(() => change(root, log))
  void root.close()
}

/** Flips the lowest bit of the byte that stands `offset` after every place where `text` is. */
function flipBit(directory: string, text: string, offset: number): void {
  const file = join(directory, 'data.mdb')
  const data = readFileSync(file)
  let flips = 0
  for (let at = data.indexOf(text); at >= 0; at = data.indexOf(text, at + 1)) {
    data[at + offset] = (data[at + offset] ?? 0) ^ 1
    flips++
  }
  expect(flips).toBeGreaterThan(0)
  writeFileSync(file, data)
}

describe('one flipped bit', () => {
  test.each([
    ['in its name', 'promise', 0],
    ['in its tag', '\u0002promise', 0],
  ])('metadata that cannot be found for a bit %s are damage, and not absent', (_, text, offset) => {
    const directory = writtenLog()
    flipBit(directory, text, offset)
    const read = (): unknown => {
      using log = openLmdbLog(directory)
      return log.getMeta('promise')
    }
    expect(errorOf(read)).toBeInstanceOf(CorruptionError)
  })

  // The frame stands in front of the payload: version at -5, checksum at -4 to -1.
  test.each([
    ['version', -5],
    ['checksum', -4],
    ['checksum', -1],
    ['first payload byte', 0],
    ['last payload byte', needle.length - 1],
  ])(
    "in an entry's %s is CorruptionError naming log, index and size, and the others are read",
    (_, offset) => {
      const directory = writtenLog()
      flipBit(directory, needle, offset)
      using log = openLmdbLog(directory)
      const error = errorOf(() => log.get(1))
      expect(error).toBeInstanceOf(CorruptionError)
      expect(error).toMatchObject({ log: 'log', index: 1, actualBytes: needle.length + 5 })
      expect(error.message).toContain('entry 1')
      expect(() => log.read(0, 3)).toThrow(CorruptionError)
      expect(() => [...log.entries()]).toThrow(CorruptionError)
      expect(log.read(2, 3)).toEqual([bytes('last')])
      expect(log.audit()).toEqual([
        { kind: 'corrupt', index: undefined, detail: expect.stringContaining('"promise"') },
        { kind: 'corrupt', index: 1, detail: expect.stringContaining('entry 1') },
      ])
    },
  )

  test('in metadata is CorruptionError naming the key', () => {
    const directory = writtenLog()
    flipBit(directory, needle, 3)
    using log = openLmdbLog(directory)
    expect(() => log.getMeta('promise')).toThrow(/metadata "promise".*checksum/)
    expect(() => log.getMeta('promise')).toThrow(CorruptionError)
  })

  test('in the cursor refuses to open', () => {
    const directory = writtenLog()
    tamper(directory, (_, log) => {
      const cursor = Buffer.from(log.getBinary(Buffer.of(1)) ?? [])
      cursor[20] = (cursor[20] ?? 0) ^ 1
      log.putSync(Buffer.of(1), cursor)
    })
    expect(errorOf(() => openLmdbLog(directory))).toMatchObject({
      code: 'HOLDFAST_CORRUPTION',
      actualBytes: 37,
    })
  })
})

describe('keys and values that do not belong', () => {
  const damages: Record<string, [change: Parameters<typeof tamper>[1], message: RegExp]> = {
    'a key of the wrong length': [
      (_, log) => log.putSync(Buffer.of(3, 0xff), Buffer.from('?')),
      /a key of 2 bytes/,
    ],
    'a key beyond 2^53': [
      (_, log) => log.putSync(Buffer.alloc(9, 0xff).fill(3, 0, 1), Buffer.from('?')),
      /a key of 9 bytes/,
    ],
    'an entry beyond the end': [
      (_, log) => log.putSync(entryKey(3) as Buffer, Buffer.from(encodeFrame(entryKey(3), bytes('ghost')))),
      /an entry is stored at 3, and the log ends before 3/,
    ],
    'no cursor': [(_, log) => log.removeSync(Buffer.of(1)), /the cursor is missing/],
    'a cursor of the wrong length': [
      (_, log) => log.putSync(Buffer.of(1), Buffer.from(encodeFrame(Uint8Array.of(1), new Uint8Array(31)))),
      /the cursor makes no sense/,
    ],
    'no first entry': [
      (_, log) => log.removeSync(entryKey(0) as Buffer),
      /entry 0 is missing between 0 and 3/,
    ],
    'no last entry': [
      (_, log) => log.removeSync(entryKey(2) as Buffer),
      /entry 2 is missing between 0 and 3/,
    ],
  }

  test.each(Object.keys(damages))('%s refuses to open', (damage) => {
    const directory = writtenLog()
    const [change, message] = damages[damage] ?? []
    tamper(directory, change ?? (() => undefined))
    const error = errorOf(() => openLmdbLog(directory))
    expect(error).toBeInstanceOf(CorruptionError)
    expect(error.message).toMatch(message ?? /./)
    // Nothing was repaired in silence, and the lock was given up.
    expect(errorOf(() => openLmdbLog(directory)).message).toBe(error.message)
  })

  test('a missing entry between two others is corruption, not absence', () => {
    const directory = writtenLog()
    tamper(directory, (_, log) => log.removeSync(entryKey(1) as Buffer))
    using log = openLmdbLog(directory)
    expect(() => log.get(1)).toThrow(CorruptionError)
    expect(() => log.read(0, 3)).toThrow(CorruptionError)
    expect(log.audit()).toEqual([{ kind: 'missing', index: 1 }])
  })

  test('a key above all entries to come is corruption when one is added, which then is not there', () => {
    const directory = writtenLog()
    tamper(directory, (_, log) => log.putSync(Buffer.from('zebra'), Buffer.from('?')))
    using log = openLmdbLog(directory)
    const append = (...values: string[]): unknown =>
      errorOf(() => log.commit([{ kind: 'append', entries: values.map(bytes) }]))
    expect(append('a')).toMatchObject({ code: 'HOLDFAST_CORRUPTION', index: 3, message: /not below its own/ })
    // One that is too long for a batch.
    expect(append('a'.repeat(2 ** 20))).toBeInstanceOf(CorruptionError)
    expect(log.nextIndex).toBe(3)
    expect(log.get(0)).toEqual(bytes('first'))
  })

  test('a value moved to another key is corruption', () => {
    const directory = writtenLog()
    tamper(directory, (_, log) =>
      log.putSync(entryKey(0) as Buffer, log.getBinary(entryKey(2) as Buffer) ?? Buffer.of()),
    )
    using log = openLmdbLog(directory)
    expect(() => log.get(0)).toThrow(CorruptionError)
    expect(log.get(2)).toEqual(bytes('last'))
  })

  test('keys of no log are named by the audit', () => {
    const directory = writtenLog()
    tamper(directory, (_, log) => {
      log.putSync(Buffer.of(1, 1), Buffer.from('?'))
      log.putSync(Buffer.from('zebra'), Buffer.from('?'))
    })
    using log = openLmdbLog(directory)
    expect(log.audit()).toEqual([
      { kind: 'malformedKey', detail: expect.stringContaining('0101') },
      { kind: 'malformedKey', detail: expect.stringContaining(Buffer.from('zebra').toString('hex')) },
    ])
  })
})

describe('a newer format', () => {
  const newer = (key: Uint8Array): Buffer => {
    const frame = Buffer.from(encodeFrame(key, bytes('from the future')))
    frame[0] = 2
    frame.writeUInt32BE(0x12345678, 1)
    return frame
  }

  test('of one entry is FormatVersionError for that entry', () => {
    const directory = writtenLog()
    tamper(directory, (_, log) => log.putSync(entryKey(1) as Buffer, newer(entryKey(1))))
    using log = openLmdbLog(directory)
    const error = errorOf(() => log.get(1))
    expect(error).toBeInstanceOf(FormatVersionError)
    expect(error).toMatchObject({ found: 2, supported: 1 })
    expect(log.get(0)).toEqual(bytes('first'))
  })

  test('of the data file refuses to open', () => {
    const directory = writtenLog()
    const marker = Buffer.from('\0holdfast')
    tamper(directory, (root) =>
      root.putSync(marker, Buffer.from(encodeFrame(marker, Uint8Array.of(0, 0, 0, 2)))),
    )
    const error = errorOf(() => openLmdbLog(directory))
    expect(error).toBeInstanceOf(FormatVersionError)
    expect(error).toMatchObject({ found: 2, supported: 1 })
  })
})

describe('the wrong directory', () => {
  test('that is a file is refused', () => {
    const file = join(temporaryDirectory(), 'file')
    writeFileSync(file, 'mine')
    expect(errorOf(() => openLmdbLog(file))).toBeInstanceOf(InvalidArgumentError)
    expect(errorOf(() => openLmdbLog(join(file, 'below')))).toBeInstanceOf(InvalidArgumentError)
    expect(errorOf(() => openLmdbLog(file, { create: false }))).toBeInstanceOf(InvalidArgumentError)
    expect(readFileSync(file, 'utf8')).toBe('mine')
  })

  test.each([[''], [undefined], [7], ['a\0b']])('%j is no path', (directory) => {
    expect(errorOf(() => openLmdbLog(directory as string))).toBeInstanceOf(InvalidArgumentError)
  })

  test('without a log is LogNotFoundError when it is not to be created, and nothing is made', () => {
    const directory = join(temporaryDirectory(), 'none')
    expect(errorOf(() => openLmdbLog(directory, { create: false }))).toBeInstanceOf(LogNotFoundError)
    expect(errorOf(() => readFileSync(directory))).toMatchObject({ code: 'ENOENT' })
  })

  test('with the LMDB file of another program is refused, and left as it was', () => {
    const directory = temporaryDirectory()
    const foreign = open({ path: directory, noSubdir: false })
    foreign.putSync('theirs', 1)
    void foreign.close()
    const before = readFileSync(join(directory, 'data.mdb'))
    expect(errorOf(() => openLmdbLog(directory))).toBeInstanceOf(LogNotFoundError)
    expect(readFileSync(join(directory, 'data.mdb')).equals(before)).toBe(true)
  })

  test.each([
    ['text', Buffer.from('not a database '.repeat(1000))],
    ['nothing', Buffer.of()],
  ])('with a data file of %s is CorruptionError', (_, content) => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, 'data.mdb'), content)
    expect(errorOf(() => openLmdbLog(directory))).toBeInstanceOf(CorruptionError)
  })

  test('with a truncated data file is CorruptionError that says how many bytes are missing', () => {
    const directory = writtenLog()
    const file = join(directory, 'data.mdb')
    const whole = readFileSync(file).length
    truncateSync(file, 12_288)
    const error = errorOf(() => openLmdbLog(directory))
    expect(error).toBeInstanceOf(CorruptionError)
    expect(error).toMatchObject({ actualBytes: 12_288 })
    expect((error as CorruptionError).expectedBytes).toBeLessThanOrEqual(whole)
  })
})

describe('a log in an environment', () => {
  test('that is not there is LogNotFoundError, and stays not there', () => {
    using environment = LmdbEnvironment.open(temporaryDirectory())
    const refused = (): Error => errorOf(() => openLmdbLogIn(environment, 'absent'))
    expect(refused()).toBeInstanceOf(LogNotFoundError)
    expect(refused()).toMatchObject({ log: 'absent' })
  })

  test.each([[''], ['a b'], ['ü'], [7], ['x'.repeat(201)]])('of the name %j is refused', (name) => {
    using environment = LmdbEnvironment.open(temporaryDirectory())
    const refused = errorOf(() => openLmdbLogIn(environment, name as string, { create: true }))
    expect(refused).toBeInstanceOf(InvalidArgumentError)
  })

  test('is not closed by closing another, and leaves its environment open', () => {
    using environment = LmdbEnvironment.open(temporaryDirectory())
    const one = openLmdbLogIn(environment, 'one', { create: true })
    const two = openLmdbLogIn(environment, 'two', { create: true })
    one.close()
    two.commit([{ kind: 'append', entries: [bytes('still here')] }])
    const again: LogStore = openLmdbLogIn(environment, 'one')
    expect(again.nextIndex).toBe(0)
    expect(two.nextIndex).toBe(1)
  })

  test('has one owner', () => {
    using environment = LmdbEnvironment.open(temporaryDirectory())
    const log = openLmdbLogIn(environment, 'log', { create: true })
    expect(errorOf(() => openLmdbLogIn(environment, 'log'))).toMatchObject({
      code: 'HOLDFAST_LOG_LOCKED',
      ownerPid: process.pid,
    })
    log.abandon()
    expect(openLmdbLogIn(environment, 'log').nextIndex).toBe(0)
  })

  test('is closed when its environment is', () => {
    const environment = LmdbEnvironment.open(temporaryDirectory())
    const log = openLmdbLogIn(environment, 'log', { create: true })
    environment.close()
    expect(errorOf(() => log.nextIndex)).toMatchObject({ code: 'HOLDFAST_LOG_CLOSED' })
    expect(errorOf(() => log.get(0))).toMatchObject({ code: 'HOLDFAST_LOG_CLOSED' })
  })
})

test('a crash while creating leaves a staging directory, which the next open clears away', () => {
  const directory = temporaryDirectory()
  mkdirSync(join(directory, 'holdfast.staging'))
  writeFileSync(join(directory, 'holdfast.staging', 'data.mdb'), 'half of one')
  using log = openLmdbLog(directory)
  expect(log.nextIndex).toBe(0)
  expect(errorOf(() => readFileSync(join(directory, 'holdfast.staging', 'data.mdb')))).toMatchObject({
    code: 'ENOENT',
  })
})

test('files of others in the directory are left alone', () => {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'notes.txt'), 'mine')
  using log = openLmdbLog(directory)
  expect(log.nextIndex).toBe(0)
  expect(readFileSync(join(directory, 'notes.txt'), 'utf8')).toBe('mine')
})
