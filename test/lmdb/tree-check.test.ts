import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { SeededRandom } from '../../src/conformance/random.ts'
import { CorruptionError } from '../../src/errors.ts'
import { openLmdbLog } from '../../src/index.ts'
import { autoTreePagesMax, type FileCheck } from '../../src/lmdb/file-check.ts'
import { assertDataFileIsSound } from '../../src/lmdb/tree-check.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const pageBytes = 4096

/** A log that had entries of many sizes, big ones too, and whose pages were freed and used again. */
function usedLog(seed: number, parent: string = temporaryDirectory()): string {
  const directory = join(parent, 'log')
  const random = new SeededRandom(seed, 'used log')
  const log = openLmdbLog(directory)
  for (let round = 0; round < 15; round++) {
    const sizes = Array.from({ length: random.integer(1, 60) }, () =>
      random.chance(0.05) ? random.integer(5_000, 60_000) : random.integer(0, 400),
    )
    log.commit([{ kind: 'append', entries: sizes.map((size) => new Uint8Array(size).fill(round)) }])
    if (random.chance(0.4))
      log.commit([{ kind: 'trim', upTo: random.integer(log.firstIndex, log.nextIndex) }])
    if (random.chance(0.2))
      log.commit([
        { kind: 'replaceSuffix', from: random.integer(log.firstIndex, log.nextIndex), entries: [] },
      ])
    log.reclaim(random.integer(0, 40))
  }
  log.close()
  return directory
}

let sound: Buffer

beforeAll(() => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
  sound = readFileSync(join(usedLog(2, directory), 'data.mdb'))
  rmSync(directory, { recursive: true })
})

function changed(change: (file: Buffer) => void): string {
  const copy = join(temporaryDirectory(), 'data.mdb')
  const file = Buffer.from(sound)
  change(file)
  writeFileSync(copy, file)
  return copy
}

/** Offset of the newest meta page, and of the other one. */
function metasOf(file: Buffer): { readonly newest: number; readonly other: number } {
  const isFirst = file.readBigUInt64LE(152) > file.readBigUInt64LE(pageBytes + 152)
  return isFirst ? { newest: 0, other: pageBytes } : { newest: pageBytes, other: 0 }
}

function rootOf(file: Buffer): number {
  return Number(file.readBigUInt64LE(metasOf(file).newest + 136)) * pageBytes
}

test.each([1, 2, 3])('the whole file of a log that was used a lot is sound: seed %i', (seed) => {
  expect(() => assertDataFileIsSound(join(usedLog(seed), 'data.mdb'), 'tree', false)).not.toThrow()
})

test.each([
  ['the number of the root page', (file: Buffer, root: number) => file.writeUInt8(99, root)],
  ['a root of a later transaction', (file: Buffer, root: number) => file.writeUInt8(0xff, root + 9)],
  ['its kind', (file: Buffer, root: number) => file.writeUInt16LE(6, root + 18)],
  ['where its nodes end', (file: Buffer, root: number) => file.writeUInt16LE(6, root + 20)],
  ['where its free space ends', (file: Buffer, root: number) => file.writeUInt16LE(8, root + 22)],
  ['where a node is', (file: Buffer, root: number) => file.writeUInt16LE(4000, root + 24)],
] as const)('by default, damage to the root of the main tree is found: %s', (_, change) => {
  const path = changed((file) => change(file, rootOf(file)))
  expect(() => assertDataFileIsSound(path, 'meta', false)).toThrow(CorruptionError)
  expect(() => assertDataFileIsSound(path, 'off', false)).not.toThrow()
})

test.each([
  ['all of a small file', autoTreePagesMax, true],
  ['the roots of a large one', autoTreePagesMax + 1, false],
])('the check auto reads %s', (_, pageCount, isFound) => {
  const finds = (path: string, check: FileCheck): boolean => {
    try {
      assertDataFileIsSound(path, check, false)
      return false
    } catch {
      return true
    }
  }
  const pages = Array.from({ length: sound.length / pageBytes - 2 }, (_unused, at) => (at + 2) * pageBytes)
  const path = pages
    .map((page) => ofPages(pageCount, (file) => file.writeUInt8(file.readUInt8(page) ^ 0x80, page)))
    .find((one) => finds(one, 'tree') && !finds(one, 'meta'))
  expect(path).not.toBe(undefined)
  expect(finds(path ?? '', 'auto')).toBe(isFound)
})

/** The file, damaged, and so long: what is behind its trees is of no use. */
function ofPages(pageCount: number, damage: (file: Buffer) => void): string {
  const path = changed((file) => {
    const { newest } = metasOf(file)
    file.writeBigUInt64LE(BigInt(pageCount - 1), newest + 144)
    file.writeBigUInt64LE(BigInt(pageCount * pageBytes), newest + 40)
    damage(file)
  })
  truncateSync(path, pageCount * pageBytes)
  return path
}

test('a meta page that says an earlier transaction than it is of is found', () => {
  const path = changed((file) => {
    const { newest } = metasOf(file)
    file.writeBigUInt64LE(file.readBigUInt64LE(newest + 152) - 2n, newest + 152)
  })
  expect(() => assertDataFileIsSound(path, 'meta', false)).toThrow(/leads to transaction/)
  // That is also what a write leaves that failed, when LMDB has taken it back.
  expect(() => assertDataFileIsSound(path, 'meta', true)).not.toThrow()
})

test('the older meta page that says a later transaction is found', () => {
  const path = changed((file) => {
    const { other } = metasOf(file)
    file.writeBigUInt64LE(file.readBigUInt64LE(other + 152) + 64n, other + 152)
  })
  expect(() => assertDataFileIsSound(path, 'meta', false)).toThrow(CorruptionError)
})

test('a last page that no map has is found', () => {
  const path = changed((file) => file.writeUInt8(1, metasOf(file).newest + 148))
  expect(() => assertDataFileIsSound(path, 'meta', false)).toThrow(CorruptionError)
})

test('an unknown check is refused', () => {
  const open = () => openLmdbLog(join(temporaryDirectory(), 'log'), { checkFile: 'all' as 'tree' })
  expect(open).toThrow(expect.objectContaining({ code: 'HOLDFAST_INVALID_ARGUMENT', argument: 'checkFile' }))
})

test('a note of a doubt is forgotten when nothing of it is left', () => {
  const directory = usedLog(3)
  const note = join(directory, 'holdfast.doubt')
  writeFileSync(note, '')
  openLmdbLog(directory).close()
  expect(() => readFileSync(note)).toThrow(expect.objectContaining({ code: 'ENOENT' }))
})

test('the whole check ends in a return or a typed error, whatever bit is flipped', () => {
  const random = new SeededRandom(4, 'flips')
  let refused = 0
  for (let left = 150; left > 0; left--) {
    const path = changed((file) => {
      const at = random.integer(2, file.length / pageBytes - 1) * pageBytes + random.integer(0, 63)
      file[at] = (file[at] ?? 0) ^ (1 << random.integer(0, 7))
    })
    try {
      assertDataFileIsSound(path, 'tree', false)
    } catch (error) {
      expect(error).toBeInstanceOf(CorruptionError)
      refused += 1
    }
  }
  expect(refused).toBeGreaterThan(5)
})
