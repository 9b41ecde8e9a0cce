import { spawnSync } from 'node:child_process'
import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { CorruptionError, FormatVersionError } from '../../src/errors.ts'
import { assertDataFileIsWhole } from '../../src/lmdb/data-file.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { buildDataFile, type RealDatabase, realDatabases } from './real-databases.ts'

// Children are waited for, however busy the machine is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const child = fileURLToPath(new URL('./children/use-truncated.mjs', import.meta.url))
const pageSizeAt = 48

function fileOf(bytes: Uint8Array): string {
  const path = join(temporaryDirectory(), 'data.mdb')
  writeFileSync(path, bytes)
  return path
}

/** The error that the check ends in, or `undefined`. */
function verdict(path: string): unknown {
  try {
    assertDataFileIsWhole(path)
    return undefined
  } catch (error) {
    return error
  }
}

/** All lengths down from `bytes` that end at a page, and two odd ones for each. */
function truncations(bytes: number, pageSize: number): number[] {
  const lengths = [512, 511, 100, 1, 0]
  for (let end = pageSize; end <= bytes; end += pageSize) lengths.push(end - 1, end - (pageSize >> 1), end)
  return [...new Set(lengths)].sort((a, b) => b - a)
}

/** The verdict on the file after each truncation. The file ends up empty. */
function verdicts(path: string, lengths: readonly number[]): { accepted: number[]; refused: number[] } {
  const accepted: number[] = []
  const refused: number[] = []
  for (const length of lengths) {
    truncateSync(path, length)
    const error = verdict(path)
    if (error !== undefined) expect(error).toBeInstanceOf(CorruptionError)
    if (error !== undefined) expect(error).toHaveProperty('actualBytes', length)
    ;(error === undefined ? accepted : refused).push(length)
  }
  return { accepted, refused }
}

/** How LMDB fares with a file truncated to each length, as long as it lives. */
function useTruncated(path: string, lengths: readonly number[]): { signal: string | null; lines: string[] } {
  const run = spawnSync(process.execPath, [child, path, ...lengths.map(String)], { encoding: 'utf8' })
  return { signal: run.signal, lines: run.stdout.split('\n').filter((line) => line !== '') }
}

/** Length that the newest meta page gives. */
function fullBytes(bytes: Buffer): number {
  const pageSize = bytes.readUInt32LE(pageSizeAt)
  const at = (page: number) => page * pageSize
  const newest = bytes.readBigUInt64LE(at(0) + 152) >= bytes.readBigUInt64LE(at(1) + 152) ? at(0) : at(1)
  return (Number(bytes.readBigUInt64LE(newest + 144)) + 1) * pageSize
}

describe.each(realDatabases)('assertDataFileIsWhole() of a database with $name', (database: RealDatabase) => {
  let bytes: Buffer
  beforeAll(async () => {
    bytes = await buildDataFile(database)
  })

  test('accepts the file as LMDB left it', () => {
    expect(fullBytes(bytes) > bytes.length).toBe(database.isLegallyShort)
    expect(bytes.readUInt32LE(pageSizeAt)).toBe(database.pageSize ?? 4096)
    expect(verdict(fileOf(bytes))).toBeUndefined()
  })

  test('accepts a truncated file only when LMDB can read all of it and write to it', () => {
    const lengths = truncations(bytes.length, bytes.readUInt32LE(pageSizeAt))
    const { accepted, refused } = verdicts(fileOf(bytes), lengths)
    expect(accepted[0]).toBe(bytes.length)
    expect([...accepted, ...refused]).toEqual(lengths)

    // The shortest ones are those in danger; a few of the others show that the danger ends there.
    const step = Math.ceil(accepted.length / 15)
    const tried = accepted.filter((_, index) => index % step === 0 || index >= accepted.length - 5)
    const { signal, lines } = useTruncated(fileOf(bytes), tried)
    expect({ signal, survived: lines.length }).toEqual({ signal: null, survived: tried.length })
    const [, digest] = lines[0]?.split(' ') ?? []
    expect(lines).toEqual(tried.map((length) => `${length} ${digest}`))
  })

  test('refuses a file only when LMDB dies of what it lacks', () => {
    const lengths = truncations(bytes.length, bytes.readUInt32LE(pageSizeAt))
    // LMDB reads zeros up to the end of the system's page, and only then dies.
    const osPageSize = 4096
    const longest = verdicts(fileOf(bytes), lengths).refused.find((length) => length % osPageSize === 0)
    const { signal } = useTruncated(fileOf(bytes), [longest ?? 0])
    expect(['SIGBUS', 'SIGSEGV']).toContain(signal)
  })
})

describe('assertDataFileIsWhole()', () => {
  /** A whole database, two meta pages of 4096 bytes and 1 tree page at least. */
  let bytes: Buffer
  beforeAll(async () => {
    const [, small] = realDatabases
    if (small !== undefined) bytes = await buildDataFile(small)
  })

  /** The file with other bytes from `offset` on. */
  function overwritten(offset: number, hex: string): string {
    const copy = Buffer.from(bytes)
    copy.write(hex, offset, 'hex')
    return fileOf(copy)
  }

  test('accepts a file that is not there', () => {
    expect(verdict(join(temporaryDirectory(), 'data.mdb'))).toBeUndefined()
  })

  test('passes other errors of the file system through', () => {
    expect(verdict(join(fileOf(bytes), 'data.mdb'))).toHaveProperty('code', 'ENOTDIR')
  })

  test.each([
    ['empty', '', 'it is empty', 1024],
    ['a few bytes', 'not a database', 'it is too short for two meta pages', 1024],
    ['text of two pages', 'text '.repeat(2_000), 'is not marked as one', undefined],
    ['zeros', '\0'.repeat(12_288), 'is not marked as one', undefined],
  ])('refuses a file that never was a database: %s', (_, text, message, expectedBytes) => {
    const path = fileOf(Buffer.from(text))
    const error = verdict(path)
    expect(error).toBeInstanceOf(CorruptionError)
    expect(error).toMatchObject({ log: path, actualBytes: text.length, expectedBytes })
    expect((error as Error).message).toContain('is not an LMDB data file, or was cut off')
    expect((error as Error).message).toContain(message)
  })

  test('refuses a file that ends within the second meta page', () => {
    expect(verdict(fileOf(bytes.subarray(0, 8_191)))).toMatchObject({
      expectedBytes: 8_192,
      actualBytes: 8_191,
      message: expect.stringContaining('it is too short for two meta pages'),
    })
  })

  test.each([
    ['no mark on the first meta page', 18, '0000', 'at byte 0 is not marked'],
    ['no magic number on the first meta page', 24, '00', 'at byte 0 lacks the magic number'],
    ['no magic number on the second meta page', 4096 + 24, '00', 'at byte 4096 lacks the magic number'],
    ['a page size of 0', 48, '00000000', 'a page size of 0 bytes'],
    ['a page size below 512', 48, '00010000', 'a page size of 256 bytes'],
    ['a page size that is no power of two', 48, '00180000', 'a page size of 6144 bytes'],
    ['a page size above 65536', 48, '00000200', 'a page size of 131072 bytes'],
    ['page sizes that differ', 4096 + 48, '00200000', 'disagree on the page size'],
    ['a transaction in the wrong meta page', 4096 + 152, 'feff000000000000', 'in the wrong meta page'],
  ])('refuses %s', (_, offset, hex, message) => {
    const error = verdict(overwritten(offset, hex))
    expect(error).toBeInstanceOf(CorruptionError)
    expect((error as Error).message).toContain(message)
  })

  test.each([
    ['first', 0],
    ['second', 4096],
  ])('names the version that the %s meta page gives', (_, offset) => {
    const error = verdict(overwritten(offset + 28, '03000000'))
    expect(error).toBeInstanceOf(FormatVersionError)
    expect(error).toMatchObject({ found: 3, supported: 2 })
  })

  test('believes the meta page of the later transaction, as LMDB does', () => {
    const [last, transaction] = [144, 152]
    // The older page may claim any length; the newer one counts.
    const newer = bytes.readBigUInt64LE(transaction) > bytes.readBigUInt64LE(4096 + transaction) ? 0 : 4096
    expect(verdict(overwritten(4096 - newer + last, 'ffffffff'))).toBeUndefined()
    const full = bytes.length
    const cut = overwritten(4096 - newer + last, '0100000000000000')
    truncateSync(cut, full - 4096)
    expect(verdict(cut)).toMatchObject({ expectedBytes: full, actualBytes: full - 4096 })
  })

  describe('of a file that is shorter than its meta pages say', () => {
    /** Offset of the first page, from `from` on, with one of `flags` set. */
    function findPage(copy: Buffer, flags: number, from = 2): number {
      for (let offset = from * 4096; offset < copy.length; offset += 4096) {
        if ((copy.readUInt16LE(offset + 18) & flags) !== 0 && copy.readUInt16LE(offset + 20) > 0)
          return offset
      }
      throw new Error('No such page')
    }

    /** Both meta pages claim more than there is, and the newest points to `root`. */
    function claimingMore(copy: Buffer, root?: number): Buffer {
      for (const meta of [0, 4096]) {
        copy.writeBigUInt64LE(2n ** 40n, meta + 144)
        if (root !== undefined) copy.writeBigUInt64LE(BigInt(root), meta + 136)
      }
      return copy
    }

    test('accepts it when all its tree pages are there', () => {
      expect(verdict(fileOf(claimingMore(Buffer.from(bytes))))).toBeUndefined()
    })

    test('accepts it when there are no tree pages', async () => {
      const [empty] = realDatabases
      const copy = empty === undefined ? Buffer.alloc(0) : await buildDataFile(empty)
      expect(verdict(fileOf(claimingMore(copy)))).toBeUndefined()
    })

    test.each([0, 2, 4])('refuses a child page beyond the file by byte %i of its number', (byte) => {
      const copy = Buffer.from(bytes)
      const branch = findPage(copy, 1)
      const node = branch + 24 + copy.readUInt16LE(branch + 24)
      copy.writeUInt16LE(copy.readUInt16LE(node + byte) + 0x100, node + byte)
      expect(verdict(fileOf(claimingMore(copy, branch / 4096)))).toMatchObject({
        message: expect.stringContaining('is truncated: page'),
      })
    })

    test('refuses a page that is its own child', () => {
      const copy = Buffer.from(bytes)
      const branch = findPage(copy, 1)
      copy.writeUIntLE(branch / 4096, branch + 24 + copy.readUInt16LE(branch + 24), 6)
      expect(verdict(fileOf(claimingMore(copy, branch / 4096)))).toMatchObject({
        message: expect.stringContaining(`page ${branch / 4096} is in two places`),
      })
    })

    test.each([
      ['that is neither branch nor leaf', 18, '0000', 'is not a tree page'],
      ['with more nodes than fit', 20, 'ffff', 'has more nodes than fit'],
      ['with a node behind its end', 24, 'ffff', 'has a node beyond its end'],
      ['with a node across its end', 24, 'e40f', 'has a node beyond its end'],
    ])('refuses a leaf page %s', (_, offset, hex, message) => {
      const copy = Buffer.from(bytes)
      const leaf = findPage(copy, 2)
      copy.write(hex, leaf + offset, 'hex')
      expect(verdict(fileOf(claimingMore(copy, leaf / 4096)))).toMatchObject({
        message: expect.stringContaining(`page ${leaf / 4096} ${message}`),
      })
    })

    test.each([
      ['an overflow record', 1],
      ['a tree record', 2],
    ])('refuses a node with %s across the end of its page', (_, flags) => {
      const copy = Buffer.from(bytes)
      const leaf = findPage(copy, 2)
      const node = leaf + 24 + copy.readUInt16LE(leaf + 24)
      copy.writeUInt16LE(flags, node + 4)
      copy.writeUInt16LE(4096 - (node - leaf) - 8 - 10, node + 6)
      expect(verdict(fileOf(claimingMore(copy, leaf / 4096)))).toMatchObject({
        message: expect.stringContaining(`page ${leaf / 4096} has a node beyond its end`),
      })
    })

    test.each([
      ['more pages than the file has', 3n, 2n ** 64n - 1n],
      ['a first page beyond the file', 2n ** 63n, 1n],
      ['a meta page', 1n, 1n],
    ])('refuses a value on %s', (_, first, count) => {
      const copy = Buffer.from(bytes)
      const leaf = findPage(copy, 2)
      const node = leaf + 24 + copy.readUInt16LE(leaf + 24)
      copy.writeUInt16LE(1, node + 4)
      const value = node + 8 + copy.readUInt16LE(node + 6)
      copy.writeBigUInt64LE(first, value)
      copy.writeBigUInt64LE(count, value + 16)
      expect(verdict(fileOf(claimingMore(copy, leaf / 4096)))).toBeInstanceOf(CorruptionError)
    })

    test('refuses a value longer than its pages', () => {
      const copy = Buffer.from(bytes)
      const leaf = findPage(copy, 2)
      const node = leaf + 24 + copy.readUInt16LE(leaf + 24)
      copy.writeUInt32LE(bytes.length, node)
      copy.writeUInt16LE(1, node + 4)
      const value = node + 8 + copy.readUInt16LE(node + 6)
      copy.writeBigUInt64LE(2n, value)
      copy.writeBigUInt64LE(1n, value + 16)
      expect(verdict(fileOf(claimingMore(copy, leaf / 4096)))).toBeInstanceOf(CorruptionError)
    })

    test.each([0n, 1n, 2n ** 63n, 2n ** 64n - 2n])('refuses a root at page %s', (root) => {
      const copy = claimingMore(Buffer.from(bytes))
      for (const meta of [0, 4096]) copy.writeBigUInt64LE(root, meta + 136)
      expect(verdict(fileOf(copy))).toBeInstanceOf(CorruptionError)
    })
  })
})
