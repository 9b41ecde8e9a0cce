import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import { expect, onTestFinished, test } from 'vitest'
import { CompactImage } from '../../src/lmdb/compact-image.ts'
import { assertDataFileIsWhole } from '../../src/lmdb/data-file.ts'
import { LmdbEnvironment } from '../../src/lmdb/index.ts'
import { assertDataFileIsSound } from '../../src/lmdb/tree-check.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { buildDataFile, realDatabases } from './real-databases.ts'

const binary = { encoding: 'binary', keyEncoding: 'binary', cache: false } as const
const isNested = (name: string): boolean => name.startsWith('nested trees')

async function imageOf(path: string): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of new CompactImage(path, () => undefined).pieces()) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

/** An environment in a directory of its own whose data file is `file`. */
function openRaw(file: Buffer | string): RootDatabase<Buffer, Buffer> {
  const path = temporaryDirectory()
  if (typeof file === 'string') copyFileSync(file, join(path, 'data.mdb'))
  else writeFileSync(join(path, 'data.mdb'), file)
  const root = open<Buffer, Buffer>({ path, noSubdir: false, overlappingSync: false, maxDbs: 8, ...binary })
  onTestFinished(() => void root.close())
  return root
}

/** Every key and value of every named database. */
function contentOf(root: RootDatabase<Buffer, Buffer>): unknown {
  return Array.from(root.getKeys(), (key) => Buffer.from(key).toString().replace(/\0$/, '')).map((name) => {
    const database = root.openDB<Buffer, Buffer>({ name, ...binary })
    return [
      name,
      Array.from(database.getRange(), ({ key, value }) => `${key.toString('hex')}=${value.toString('hex')}`),
    ]
  })
}

/** How long the copy is that LMDB itself makes. */
async function lengthOfNativeCopy(root: RootDatabase<Buffer, Buffer>): Promise<number> {
  const directory = temporaryDirectory()
  mkdirSync(directory, { recursive: true })
  await root.backup(directory, true)
  return statSync(join(directory, 'data.mdb')).size
}

test.each(realDatabases.filter(({ name }) => !isNested(name)))(
  'the image of a file with $name has the same in it, and is as long as the compact copy of LMDB',
  async (database) => {
    const file = await buildDataFile(database)
    const path = join(temporaryDirectory(), 'data.mdb')
    writeFileSync(path, file)
    const image = await imageOf(path)
    writeFileSync(path, image)
    assertDataFileIsWhole(path)
    const [original, copy] = [openRaw(file), openRaw(image)]
    expect(contentOf(copy)).toEqual(contentOf(original))
    if (database.name === 'nothing in it') return
    expect(image.length).toBe(await lengthOfNativeCopy(original))
  },
)

test('a file with trees of another kind than those of Holdfast has no image', async () => {
  const database = realDatabases.find(({ name }) => isNested(name))
  const path = join(temporaryDirectory(), 'data.mdb')
  writeFileSync(path, await buildDataFile(database as never))
  await expect(imageOf(path)).rejects.toMatchObject({ code: 'HOLDFAST_CORRUPTION' })
})

/** An environment of ours with `count` values of `bytes`, of which every second was removed. */
function usedEnvironment(count: number, bytes: number): LmdbEnvironment {
  const environment = LmdbEnvironment.open(join(temporaryDirectory(), 'environment'))
  onTestFinished(() => environment.close())
  fill(environment, count, bytes)
  return environment
}

function fill(environment: LmdbEnvironment, count: number, bytes: number, mark = 'v'): void {
  const database = environment.openDatabase('d', { create: true })
  environment.transact({ log: 'd', operation: 'fill' }, () => {
    for (let key = 0; key < count; key++) database?.put(Buffer.from(`key ${key}`), Buffer.alloc(bytes, mark))
  })
  environment.transact({ log: 'd', operation: 'fill' }, () => {
    for (let key = 0; key < count; key += 2) database?.remove(Buffer.from(`key ${key}`))
  })
}

async function* imageOfEnvironment(environment: LmdbEnvironment): AsyncGenerator<Uint8Array> {
  const pin = environment.pin(['d'])
  try {
    yield* environment.image(pin).pieces()
  } finally {
    pin.release()
  }
}

test.each([100, 3_000, 9_000])(
  'the whole image of an environment with values of %i bytes is sound, and it can be written to',
  async (bytes) => {
    const environment = usedEnvironment(500, bytes)
    const pieces: Uint8Array[] = []
    for await (const piece of imageOfEnvironment(environment)) pieces.push(Buffer.from(piece))
    const directory = temporaryDirectory()
    const path = join(directory, 'data.mdb')
    writeFileSync(path, Buffer.concat(pieces))
    expect(() => assertDataFileIsSound(path, 'tree', false)).not.toThrow()
    const copy = LmdbEnvironment.open(directory, { checkFile: 'tree' })
    expect(copy.openDatabase('d', { create: false })?.count()).toBe(250)
    fill(copy, 700, bytes)
    copy.close()
    expect(() => assertDataFileIsSound(path, 'tree', false)).not.toThrow()
  },
)

test.each([2, 3])(
  'the image after commit number %i is one that LMDB opens: it looks where that number says',
  async (more) => {
    const environment = usedEnvironment(50, 3_000)
    const database = environment.openDatabase('d', { create: false })
    for (let commit = 0; commit < more; commit++) {
      environment.transact({ log: 'd', operation: 'put' }, () =>
        database?.put(Buffer.from('last'), Buffer.of(commit)),
      )
    }
    const pieces: Uint8Array[] = []
    for await (const piece of imageOfEnvironment(environment)) pieces.push(Buffer.from(piece))
    const directory = temporaryDirectory()
    writeFileSync(join(directory, 'data.mdb'), Buffer.concat(pieces))
    using copy = LmdbEnvironment.open(directory, { checkFile: 'tree' })
    expect(copy.openDatabase('d', { create: false })?.get(Buffer.from('last'))).toEqual(
      Uint8Array.of(more - 1),
    )
  },
)

test('what is committed while an image is read is not in it, and everything from before is', async () => {
  const environment = usedEnvironment(2_000, 3_000)
  const pieces: Uint8Array[] = []
  for await (const piece of imageOfEnvironment(environment)) {
    pieces.push(Buffer.from(piece))
    fill(environment, 300, 3_000, 'x')
  }
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'data.mdb'), Buffer.concat(pieces))
  using copy = LmdbEnvironment.open(directory, { checkFile: 'tree' })
  const database = copy.openDatabase('d', { create: false })
  expect(database?.count()).toBe(1_000)
  const value = Buffer.alloc(3_000, 'v')
  for (let key = 1; key < 2_000; key += 2)
    expect(value.equals(database?.get(Buffer.from(`key ${key}`)) ?? Buffer.of()), `key ${key}`).toBe(true)
})

test('a piece of an image stays as it is until the next is asked for, while that is read already', async () => {
  const environment = usedEnvironment(2_000, 3_000)
  const path = join(environment.directory, 'data.mdb')
  for await (const piece of imageOfEnvironment(environment)) {
    const before = Buffer.from(piece)
    // What is read ahead is there long before all of this is.
    for (let turn = 0; turn < 8; turn++) await readFile(path)
    expect(before.equals(piece)).toBe(true)
  }
})

test('an image ends with an error once its pin is released: its pages may be used again', async () => {
  const environment = usedEnvironment(2_000, 3_000)
  const pin = environment.pin(['d'])
  const pieces = environment.image(pin).pieces()
  await pieces.next()
  await pieces.next()
  pin.release()
  await expect(pieces.next()).rejects.toMatchObject({ code: 'HOLDFAST_LOG_CLOSED' })
})

test('an environment that is closed while its image is read lets another owner in only when the pin is released', async () => {
  const environment = usedEnvironment(500, 3_000)
  const pin = environment.pin(['d'])
  const pieces = environment.image(pin).pieces()
  await pieces.next()
  environment.close()
  expect(() => LmdbEnvironment.open(environment.directory)).toThrow(
    expect.objectContaining({ code: 'HOLDFAST_LOG_LOCKED' }),
  )
  for await (const _piece of pieces);
  pin.release()
  await environment.closed()
  LmdbEnvironment.open(environment.directory).close()
})

/** A sound file, its newest meta page, and the page where its tree of named databases begins. */
function soundFile(): {
  readonly path: string
  readonly file: Buffer
  readonly meta: number
  readonly root: number
} {
  const environment = usedEnvironment(300, 3_000)
  environment.close()
  const path = join(environment.directory, 'data.mdb')
  const file = readFileSync(path)
  const meta = file.readBigUInt64LE(152) > file.readBigUInt64LE(4096 + 152) ? 0 : 4096
  return { path, file, meta, root: Number(file.readBigUInt64LE(meta + 136)) * 4096 }
}

test.each<[string, (found: ReturnType<typeof soundFile>) => void]>([
  ['another page number', ({ file, root }) => file.writeUInt8(99, root)],
  ['a kind that there is not', ({ file, root }) => file.writeUInt16LE(0x40, root + 18)],
  ['a node beyond its end', ({ file, root }) => file.writeUInt16LE(4_090, root + 24)],
  ['more nodes than fit', ({ file, root }) => file.writeUInt16LE(8_000, root + 20)],
  [
    'a node of a kind that there is not',
    ({ file, root }) => file.writeUInt16LE(4, root + 24 + file.readUInt16LE(root + 24) + 4),
  ],
])('a page with %s is found, and there is no image', async (_what, damage) => {
  const found = soundFile()
  damage(found)
  writeFileSync(found.path, found.file)
  await expect(imageOf(found.path)).rejects.toMatchObject({ code: 'HOLDFAST_CORRUPTION' })
})

test('a page that is neither free nor part of a tree is found, and there is no image', async () => {
  const { path, file, meta } = soundFile()
  // One more page in the file than anybody knows of: a leaf without nodes.
  const count = Number(file.readBigUInt64LE(meta + 144)) + 1
  file.writeBigUInt64LE(BigInt(count), meta + 144)
  const page = Buffer.alloc(4096)
  page.writeBigUInt64LE(BigInt(count))
  page.writeUInt16LE(2, 18)
  writeFileSync(path, Buffer.concat([file.subarray(0, count * 4096), page]))
  await expect(imageOf(path)).rejects.toMatchObject({ code: 'HOLDFAST_CORRUPTION' })
})

test('a file that ends before its last page in use is found, and there is no image', async () => {
  const { path, file } = soundFile()
  writeFileSync(path, file.subarray(0, file.length / 2))
  await expect(imageOf(path)).rejects.toMatchObject({ code: 'HOLDFAST_CORRUPTION' })
})
