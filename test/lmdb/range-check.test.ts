/** Pages that are checked as they are used, against the check of the whole file, and under a log. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { SeededRandom } from '../../src/conformance/random.ts'
import { CorruptionError } from '../../src/errors.ts'
import { type LogStore, openLmdbLog, openLmdbLogView } from '../../src/index.ts'
import { TreePage } from '../../src/lmdb/page.ts'
import { PageSet } from '../../src/lmdb/page-set.ts'
import { RangeCheck } from '../../src/lmdb/range-check.ts'
import { assertDataFileIsSound } from '../../src/lmdb/tree-check.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const pageBytes = 4096
const entryBytes = 1500
/** Two on a leaf: three levels. */
const entryCount = 700
const lowest = new Uint8Array(1)
const highest = new Uint8Array(16).fill(0xff)

/** A closed log of three levels, with trimmed and with big entries, and free pages. */
let sound: Buffer
let tree: Tree

beforeAll(() => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
  const log = openLmdbLog(directory)
  for (let at = 0; at < entryCount; at += 100) {
    log.commit([{ kind: 'append', entries: Array.from({ length: 100 }, () => new Uint8Array(entryBytes)) }])
  }
  log.commit([{ kind: 'append', entries: [9_000, 9_000, 40_000].map((size) => new Uint8Array(size)) }])
  log.commit([{ kind: 'append', entries: [new Uint8Array(9_000)] }])
  log.commit([
    { kind: 'trim', upTo: 100 },
    { kind: 'setMeta', key: 'term', value: new Uint8Array(8) },
  ])
  log.reclaim(50)
  log.close()
  sound = readFileSync(join(directory, 'data.mdb'))
  tree = treeOf(sound, assertDataFileIsSound(join(directory, 'data.mdb'), 'used', false)?.free)
  rmSync(directory, { recursive: true })
})

interface Node {
  readonly page: number
  readonly position: number
}

/** Offsets of the nodes that lead to page after page, by what they lead to. */
interface Tree {
  readonly leaves: readonly number[]
  readonly branches: readonly number[]
  readonly parents: ReadonlyMap<number, Node>
  readonly free: readonly number[]
}

function pageAt(file: Buffer, number: number): TreePage {
  const page = new TreePage(pageBytes)
  file.copy(page.bytes, 0, number * pageBytes, (number + 1) * pageBytes)
  expect(page.defect({ number, transaction: 2n ** 60n })).toBe(undefined)
  return page
}

function newestMetaOf(file: Buffer): number {
  return file.readBigUInt64LE(152) > file.readBigUInt64LE(pageBytes + 152) ? 0 : pageBytes
}

/** Of the log, in the order of its keys. */
function treeOf(file: Buffer, freePages: PageSet = new PageSet()): Tree {
  const meta = newestMetaOf(file)
  const names = pageAt(file, Number(file.readBigUInt64LE(meta + 136)))
  const [record = 0] = [0, 1].flatMap((at) => (names.valueBytes(at) === 48 ? names.keyEnd(at) : []))
  const root = Number(names.bytes.readBigUInt64LE(record + 40))
  const leaves: number[] = []
  const branches: number[] = []
  const parents = new Map<number, Node>()
  const visit = (number: number): void => {
    const page = pageAt(file, number)
    if (page.isLeaf) leaves.push(number)
    else {
      branches.push(number)
      for (let position = 0; position < page.nodeCount; position++) {
        parents.set(page.child(position), { page: number, position })
        visit(page.child(position))
      }
    }
  }
  visit(root)
  const pages = Array.from({ length: file.length / pageBytes }, (_, number) => number)
  return { leaves, branches, parents, free: pages.filter((number) => freePages.has(number)) }
}

function damaged(change: (file: Buffer, tree: Tree) => void): string {
  const directory = temporaryDirectory()
  const file = Buffer.from(sound)
  change(file, tree)
  writeFileSync(join(directory, 'data.mdb'), file)
  return directory
}

function defectOf(body: () => void): string | undefined {
  try {
    body()
    return undefined
  } catch (error) {
    expect(error).toBeInstanceOf(CorruptionError)
    return (error as Error).message
  }
}

/** As a log does that reads everything. */
function checkAllAsUsed(path: string): void {
  const checked = assertDataFileIsSound(path, 'used', false)
  if (checked === undefined) return
  const ranges = RangeCheck.open(path, checked)
  try {
    for (let from: Uint8Array | undefined = lowest; from !== undefined; )
      from = ranges.check('log', from, highest).to
  } finally {
    ranges.close()
  }
}

/** Makes the page say that it is another. */
function spoil(file: Buffer, page: number): void {
  file.writeUInt8(file.readUInt8(page * pageBytes) ^ 1, page * pageBytes)
}

/** The first entry on the leaf. */
function firstIndexOf(leaf: number): number {
  return Number(pageAt(sound, leaf).key(0).readBigUInt64BE(1))
}

function at<T>(items: readonly T[], index: number): T {
  const item = items.at(index)
  if (item === undefined) throw new Error(`there is no item ${index}`)
  return item
}

test('the log of these tests has three levels, and free pages', () => {
  const { leaves, branches, free } = tree
  expect(leaves.length).toBeGreaterThan(250)
  expect(branches.length).toBeGreaterThan(2)
  expect(free.length).toBeGreaterThan(10)
  expect(() =>
    checkAllAsUsed(
      join(
        damaged(() => undefined),
        'data.mdb',
      ),
    ),
  ).not.toThrow()
})

test('what the check of the whole file finds, checking each page as it is used finds too', () => {
  const random = new SeededRandom(5, 'flips')
  const path = join(
    damaged(() => undefined),
    'data.mdb',
  )
  const descriptor = openSync(path, 'r+')
  onTestFinished(() => closeSync(descriptor))
  let found = 0
  for (let left = 60; left > 0; left--) {
    const offset = random.integer(2, sound.length / pageBytes - 1) * pageBytes + random.integer(0, 40)
    const byte = sound.readUInt8(offset)
    writeSync(descriptor, Uint8Array.of(byte ^ (1 << random.integer(0, 7))), 0, 1, offset)
    const whole = defectOf(() => assertDataFileIsSound(path, 'tree', false))
    const used = defectOf(() => checkAllAsUsed(path))
    writeSync(descriptor, Uint8Array.of(byte), 0, 1, offset)
    // What LMDB counts is compared with what there is by reading all of it, and by nothing else.
    if (whole === undefined || whole.includes('as are counted')) continue
    expect(used, `byte ${offset}: ${whole}`).not.toBe(undefined)
    found += 1
  }
  expect(found).toBeGreaterThan(20)
})

test('a log with a damaged leaf opens, serves the rest, and refuses what is on it', () => {
  let index = 0
  const directory = damaged((file, { leaves }) => {
    const leaf = at(leaves, 120)
    index = firstIndexOf(leaf)
    spoil(file, leaf)
  })
  using log = openLmdbLog(directory)
  expect(() => log.get(index)).toThrow(CorruptionError)
  expect(() => log.read(index - 20, index + 20)).toThrow(CorruptionError)
  expect(() => log.audit()).toThrow(CorruptionError)
  expect(log.get(index + 20)?.length).toBe(entryBytes)
  expect(log.read(index + 100, index + 200).length).toBe(100)
  log.commit([{ kind: 'append', entries: [new Uint8Array(1)] }])
  expect(log.stats().isPoisoned).toBe(false)
})

test.each([
  ['the page itself', 0],
  ['the one before it, which LMDB would fill up with what is left', -1],
  ['the one behind it', 1],
])('a suffix is not replaced when a page is damaged: %s', (_, away) => {
  let from = 0
  const directory = damaged((file, { leaves }) => {
    const place = leaves.length - 40
    from = firstIndexOf(at(leaves, place))
    spoil(file, at(leaves, place + away))
  })
  using log = openLmdbLog(directory)
  const before = stateOf(log)
  expect(() => log.commit([{ kind: 'replaceSuffix', from, entries: [] }])).toThrow(CorruptionError)
  expect(stateOf(log)).toEqual(before)
  log.commit([{ kind: 'append', entries: [new Uint8Array(1)] }])
})

function stateOf(log: LogStore): unknown {
  const { firstIndex, nextIndex, compactedIndex } = log
  return { firstIndex, nextIndex, compactedIndex, isPoisoned: log.stats().isPoisoned }
}

test('entries are read one after the other up to the page that is damaged', () => {
  let index = 0
  const directory = damaged((file, { leaves }) => {
    index = firstIndexOf(at(leaves, 120))
    spoil(file, at(leaves, 120))
  })
  using log = openLmdbLog(directory)
  const read: number[] = []
  const readAll = (): void => {
    for (const entry of log.entries()) read.push(entry.index)
  }
  expect(readAll).toThrow(CorruptionError)
  // A scan meets the leaf behind its own: two entries lie on each.
  expect(read.at(-1)).toBe(index - 3)
})

test('space is not given back when a page of it is damaged', () => {
  const directory = damaged((file, { leaves }) => spoil(file, at(leaves, 4)))
  using log = openLmdbLog(directory)
  expect(() => log.reclaim()).toThrow(CorruptionError)
  expect(log.stats().isPoisoned).toBe(false)
})

test('space is not given back next to a page that is damaged', () => {
  let index = 0
  const directory = damaged((file, { leaves }) => {
    const leaf = at(leaves, 40)
    index = firstIndexOf(leaf)
    spoil(file, leaf)
  })
  using log = openLmdbLog(directory)
  log.commit([{ kind: 'trim', upTo: index }])
  expect(() => log.reclaim()).toThrow(CorruptionError)
})

test('keys that lead to another leaf than theirs are found', () => {
  let index = 0
  const directory = damaged((file, { leaves, parents }) => {
    const leaf = at(leaves, 120)
    index = firstIndexOf(leaf)
    const { page, position } = parents.get(leaf) ?? { page: 0, position: 0 }
    const lastByte = page * pageBytes + pageAt(file, page).keyEnd(position) - 1
    file.writeUInt8(file.readUInt8(lastByte) + 1, lastByte)
  })
  using log = openLmdbLog(directory)
  expect(() => log.get(index)).toThrow(/keys that are not in order/)
})

test('a leaf whose keys are not in order is found', () => {
  let index = 0
  const directory = damaged((file, { leaves }) => {
    const leaf = at(leaves, 120)
    index = firstIndexOf(leaf)
    file.subarray(leaf * pageBytes + 24, leaf * pageBytes + 28).swap32()
    file.subarray(leaf * pageBytes + 24, leaf * pageBytes + 28).swap16()
  })
  using log = openLmdbLog(directory)
  expect(() => log.get(index)).toThrow(/keys that are not in order/)
})

test('a leaf with one key twice is found', () => {
  let index = 0
  const directory = damaged((file, { leaves }) => {
    const leaf = at(leaves, 120)
    index = firstIndexOf(leaf)
    const page = pageAt(file, leaf)
    page.key(0).copy(file, leaf * pageBytes + page.keyStart(1))
  })
  using log = openLmdbLog(directory)
  expect(() => log.get(index)).toThrow(/keys that are not in order/)
})

test('a page is not newer than the one that leads to it', () => {
  let index = 0
  const directory = damaged((file, { leaves, parents }) => {
    const leaf = at(leaves, 120)
    index = firstIndexOf(leaf)
    const { page } = parents.get(leaf) ?? { page: 0 }
    file.writeBigUInt64LE(pageAt(file, page).transaction + 1n, leaf * pageBytes + 8)
  })
  using log = openLmdbLog(directory)
  expect(() => log.get(index)).toThrow(CorruptionError)
})

test('a page that is in use and free is not read', () => {
  let index = 0
  const directory = damaged((file, { leaves, free }) => {
    const leaf = at(leaves, 100)
    index = firstIndexOf(leaf)
    nameAsFree(file, free, leaf)
  })
  using log = openLmdbLog(directory)
  expect(() => log.get(index)).toThrow(/is in use, and free/)
})

test('the space of an entry that is free as well is not read', () => {
  const directory = damaged((file, { leaves, free }) => {
    const leaf = pageAt(file, at(leaves, -1))
    const position = leaf.nodeCount - 1
    nameAsFree(file, free, Number(leaf.bytes.readBigUInt64LE(leaf.keyEnd(position))))
  })
  expect(() => openLmdbLog(directory)).toThrow(/in use twice, or free/)
})

/** Puts `page` in the place of a free one in the free list. */
function nameAsFree(file: Buffer, free: readonly number[], page: number): void {
  const list = Number(file.readBigUInt64LE(newestMetaOf(file) + 88)) * pageBytes
  const path = join(temporaryDirectory(), 'data.mdb')
  for (let offset = list + 24; offset < list + pageBytes; offset += 2) {
    const found = file.readBigUInt64LE(offset)
    if (!free.includes(Number(found))) continue
    file.writeBigUInt64LE(BigInt(page), offset)
    writeFileSync(path, file)
    if (isFree(path, page)) return
    file.writeBigUInt64LE(found, offset)
  }
  throw new Error('no page is in the free list by its number')
}

function isFree(path: string, page: number): boolean {
  try {
    return assertDataFileIsSound(path, 'used', false)?.free.has(page) ?? false
  } catch {
    return false
  }
}

test('an older copy of a leaf is not served', () => {
  let index = 0
  const directory = damaged((file, { leaves, parents, free }) => {
    const leaf = at(leaves, 100)
    index = firstIndexOf(leaf)
    const copy = at(free, 0)
    file.copy(file, copy * pageBytes, leaf * pageBytes, (leaf + 1) * pageBytes)
    file.writeBigUInt64LE(BigInt(copy), copy * pageBytes)
    const { page, position } = parents.get(leaf) ?? { page: 0, position: 0 }
    const node = pageBytes * page + pageAt(file, page).keyStart(position) - 8
    file.writeUIntLE(copy, node, 6)
  })
  using log = openLmdbLog(directory)
  expect(() => log.get(index)).toThrow(/is in use, and free/)
})

test('two entries do not share the pages of a value', () => {
  const directory = damaged((file, { leaves }) => {
    const number = at(leaves, -1)
    const leaf = pageAt(file, number)
    const last = leaf.nodeCount - 1
    // Both are of one commit and one size: nothing else tells them apart.
    const [one, other] = [last - 3, last - 2].map((position) => leaf.keyEnd(position))
    file.copy(
      file,
      number * pageBytes + (one ?? 0),
      number * pageBytes + (other ?? 0),
      number * pageBytes + (other ?? 0) + 24,
    )
  })
  expect(() => openLmdbLog(directory)).toThrow(/in use twice/)
})

test('a view does not read a damaged page either', () => {
  let index = 0
  const directory = damaged((file, { leaves }) => {
    index = firstIndexOf(at(leaves, 120))
    spoil(file, at(leaves, 120))
  })
  using view = openLmdbLogView(directory)
  expect(() => view.get(index)).toThrow(CorruptionError)
  expect(view.get(index + 20)?.length).toBe(entryBytes)
})

test('a view is right while its owner goes on', () => {
  const directory = damaged(() => undefined)
  using log = openLmdbLog(directory)
  using view = openLmdbLogView(directory)
  for (let left = 30; left > 0; left--)
    log.commit([
      { kind: 'append', entries: Array.from({ length: 20 }, () => new Uint8Array(entryBytes)) },
      { kind: 'trim', upTo: log.firstIndex + 25 },
    ])
  log.reclaim()
  expect(view.audit()).toEqual([])
  expect(view.read(100, entryCount).length).toBe(entryCount - 100)
})

test.each(['off', 'meta'] as const)('%s checks no page as it is used', (checkFile) => {
  const directory = damaged((file, { leaves }) => spoil(file, at(leaves, 120)))
  using log = openLmdbLog(directory, { checkFile })
  expect(log.read(600, 700).length).toBe(100)
})

test('the check of what is used goes on after writes: reads, appends, trims and replacements', () => {
  const random = new SeededRandom(8, 'rounds')
  const directory = damaged(() => undefined)
  for (let round = 0; round < 4; round++) {
    using log = openLmdbLog(directory)
    for (let left = 10; left > 0; left--) {
      const { firstIndex, nextIndex } = log
      const index = random.integer(firstIndex, nextIndex - 1)
      expect(log.read(index, Math.min(index + 30, nextIndex)).length).toBeGreaterThan(0)
      log.commit([{ kind: 'append', entries: [new Uint8Array(random.integer(0, 9_000))] }])
      if (random.chance(0.4))
        log.commit([{ kind: 'trim', upTo: random.integer(firstIndex, firstIndex + 30) }])
      if (random.chance(0.4))
        log.commit([{ kind: 'replaceSuffix', from: random.integer(nextIndex - 20, nextIndex), entries: [] }])
      log.reclaim(random.integer(0, 40))
    }
    if (round === 3) expect(log.audit()).toEqual([])
  }
  assertDataFileIsSound(join(directory, 'data.mdb'), 'tree', false)
})
