/** What only the state machine on LMDB has: generations, checksums of records, and the pitfalls of LMDB itself. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { crc32, encodeFrame } from '../../src/codec/index.ts'
import { at, bytes, noop, put } from '../../src/conformance/state-machine/entries.ts'
import { applySteps, digestOf, transfer } from '../../src/conformance/state-machine/expectations.ts'
import { InvalidArgumentError } from '../../src/errors.ts'
import { LmdbEnvironment } from '../../src/lmdb/index.ts'
import {
  LmdbStateMachine,
  type LmdbStateMachineOptions,
  type SnapshotManifest,
} from '../../src/state-machine/index.ts'
import { inspectImage } from '../../src/state-machine/lmdb/inspect-image.ts'
import { blockBytes } from '../../src/state-machine/snapshots/manifest.ts'
import { rootOf } from '../../src/state-machine/snapshots/manifest-codec.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

function create(directory: string, options?: LmdbStateMachineOptions): LmdbStateMachine {
  const machine = new LmdbStateMachine(directory, options)
  onTestFinished(() => machine.close())
  return machine
}

async function start(directory: string, options?: LmdbStateMachineOptions): Promise<LmdbStateMachine> {
  const machine = create(directory, options)
  await machine.start()
  return machine
}

/** A directory whose state machine has `value` under `k`, and is closed. */
async function directoryWith(value: string): Promise<string> {
  const directory = temporaryDirectory()
  const machine = await start(directory)
  await applySteps(machine, [put('k', value), put('l', 'lease', 100)])
  await machine.close()
  return directory
}

async function imageOf(machine: LmdbStateMachine, id: string): Promise<Uint8Array> {
  const source = await machine.openSnapshot(id)
  const blocks: Uint8Array[] = []
  for await (const block of source.blocks()) blocks.push(block.bytes)
  await source.close()
  return Buffer.concat(blocks)
}

const generation = (directory: string): string => join(directory, 'gen-00000001')
const dataFile = (directory: string): string => join(generation(directory), 'data.mdb')

const bootIdFile = '/proc/sys/kernel/random/boot_id'

/** Changes the stored database `name` behind the state machine's back. */
function tamper(directory: string, name: string, key: Uint8Array, value: Uint8Array | undefined): void {
  using environment = LmdbEnvironment.open(generation(directory))
  const database = environment.openDatabase(name, { create: false })
  environment.transact({ log: name, operation: 'tamper' }, () => {
    if (value === undefined) database?.remove(key)
    else database?.put(key, value)
  })
}

test('a value whose byte was flipped on the disk is reported, and is never returned', async () => {
  const directory = await directoryWith('a value to be flipped')
  const file = readFileSync(dataFile(directory))
  for (
    let found = file.indexOf('to be flipped');
    found !== -1;
    found = file.indexOf('to be flipped', found + 1)
  ) {
    file[found] = (file[found] ?? 0) ^ 1
  }
  writeFileSync(dataFile(directory), file)
  const machine = await start(directory)
  expect(() => machine.get(bytes('k'))).toThrow(expect.objectContaining({ code: 'HOLDFAST_CORRUPTION' }))
  expect(machine.get(bytes('l'))?.value).toEqual(bytes('lease'))
  await expect(machine.digest({ deep: true })).rejects.toMatchObject({ code: 'HOLDFAST_CORRUPTION' })
  await expect(applySteps(machine, [put('k', 'x')])).rejects.toMatchObject({ code: 'HOLDFAST_CORRUPTION' })
  expect(machine.state).toBe('failed')
})

test('a record under the key of another is reported', async () => {
  const directory = await directoryWith('v')
  tamper(directory, 'state.rows', bytes('k'), encodeFrame(bytes('other'), new Uint8Array(30)))
  const machine = await start(directory)
  expect(() => machine.get(bytes('k'))).toThrow(/checksum/)
})

test('a lease that is not that of its row is reported when it is collected', async () => {
  const directory = await directoryWith('v')
  tamper(directory, 'state.leases', new Uint8Array([0, 0, 0, 0, 0, 0, 0, 1, 0x6b]), new Uint8Array())
  const machine = await start(directory, { collectPerApply: 0 })
  await applySteps(machine, [at(50, noop)])
  await expect(machine.collectExpired(10)).rejects.toMatchObject({ code: 'HOLDFAST_CORRUPTION' })
})

test.each(['applied', 'format'])('a state without its record "%s" is not opened', async (record) => {
  const directory = await directoryWith('v')
  tamper(directory, 'state.meta', bytes(record), undefined)
  await expect(create(directory).open()).rejects.toMatchObject({ code: 'HOLDFAST_CORRUPTION' })
})

test('a state of a later format is not opened, and is left as it is', async () => {
  const directory = await directoryWith('v')
  const later = new Uint8Array([0, 0, 0, 2, 1])
  tamper(directory, 'state.meta', bytes('format'), encodeFrame(bytes('format'), later))
  const before = readFileSync(dataFile(directory))
  await expect(create(directory).open()).rejects.toMatchObject({ code: 'HOLDFAST_FORMAT_VERSION', found: 2 })
  expect(readFileSync(dataFile(directory)).equals(before)).toBe(true)
})

test('a data file that was cut short is not opened, and the process lives', async () => {
  const directory = await directoryWith('v'.repeat(100_000))
  const { length } = readFileSync(dataFile(directory))
  truncateSync(dataFile(directory), length - 4096)
  await expect(create(directory).open()).rejects.toMatchObject({ code: 'HOLDFAST_CORRUPTION' })
})

test('a state whose CURRENT is missing or damaged is not taken for a new one, and is left as it is', async () => {
  const directory = await directoryWith('v')
  const current = readFileSync(join(directory, 'CURRENT'), 'utf8')
  expect(current).toMatch(/^gen-00000001 [0-9a-f]{8}\n$/)
  for (const text of [undefined, '', 'gen-00000001 00000000\n', current.replace('1 ', '2 ')]) {
    rmSync(join(directory, 'CURRENT'))
    if (text !== undefined) writeFileSync(join(directory, 'CURRENT'), text)
    await expect(create(directory).open()).rejects.toMatchObject({ code: 'HOLDFAST_CORRUPTION' })
    writeFileSync(join(directory, 'CURRENT'), current)
  }
  expect((await start(directory)).size().keys).toBe(2)
})

test('what a crash left beside the generation in use is removed, and told of', async () => {
  const directory = await directoryWith('v')
  mkdirSync(join(directory, 'gen-00000009'))
  writeFileSync(join(directory, 'gen-00000009', 'data.mdb'), 'half')
  writeFileSync(join(directory, 'CURRENT.new'), 'gen-0')
  const machine = create(directory)
  expect((await machine.open()).removed).toEqual(['gen-00000009'])
  expect(readdirSync(directory).sort()).toEqual(['CURRENT', 'gen-00000001', 'holdfast.lock', 'snapshots'])
})

test('a generation that a crash left while the first was created is no state', async () => {
  const directory = await directoryWith('v')
  const machine = await start(directory)
  await machine.reset()
  await machine.close()
  rmSync(join(directory, 'CURRENT'))
  const again = create(directory)
  expect(await again.open()).toMatchObject({ isNew: true, removed: ['gen-00000002'] })
})

test('whatever a loss of power left while the first generation was created, it is created anew', async () => {
  for (const leave of [
    (data: string) => rmSync(data),
    (data: string) => truncateSync(data, 0),
    (data: string) => truncateSync(data, 4096),
    (data: string) => writeFileSync(data, Buffer.alloc(8192)),
  ]) {
    const directory = await directoryWith('v')
    rmSync(join(directory, 'CURRENT'))
    leave(dataFile(directory))
    // Without the mark it may be a state that has lost its CURRENT.
    await expect(create(directory).open()).rejects.toThrow()
    writeFileSync(join(directory, 'creating'), '')
    expect(await create(directory).open()).toMatchObject({ isNew: true, removed: ['gen-00000001'] })
    expect(readdirSync(directory)).not.toContain('creating')
  }
})

test('the old generation goes when the last view of it ends', async () => {
  const directory = await directoryWith('v')
  const machine = await start(directory)
  const view = machine.view()
  await machine.reset()
  expect(existsSync(generation(directory))).toBe(true)
  expect(view.get(bytes('k'))?.value).toEqual(bytes('v'))
  view.release()
  await machine.close()
  expect(readdirSync(directory).filter((name) => name.startsWith('gen-'))).toEqual(['gen-00000002'])
})

test('a truncated native image whose checksums are right is refused before LMDB maps it, and the process lives', async () => {
  const source = await start(temporaryDirectory())
  await applySteps(
    source,
    Array.from({ length: 50 }, (_, number) => put(`k${number}`, 'v'.repeat(2000))),
  )
  const manifest = await source.createSnapshot({ kind: 'native' })
  const image = await imageOf(source, manifest.id)
  expect(image.length).toBeLessThan(blockBytes)
  const short = image.subarray(0, image.length - 8192)
  const checksums = [crc32(short, 0)]
  const lie: SnapshotManifest = {
    ...manifest,
    bytes: short.length,
    checksums,
    root: rootOf(short.length, checksums),
  }
  const target = await start(temporaryDirectory())
  await applySteps(target, [put('old', 'old')])
  const before = await digestOf(target)
  const install = await target.beginInstall(lie)
  await install.write(0, short)
  await expect(install.commit()).rejects.toMatchObject({ code: 'HOLDFAST_SNAPSHOT', kind: 'corrupt' })
  expect(await digestOf(target)).toEqual(before)
  await transfer(source, target, manifest.id)
  expect(await digestOf(target)).toEqual(await digestOf(source))
})

test('a native image that is no state of ours is refused', async () => {
  const directory = temporaryDirectory()
  const foreign = join(directory, 'foreign')
  LmdbEnvironment.open(foreign).close()
  const image = readFileSync(join(foreign, 'data.mdb'))
  const target = await start(join(directory, 'target'))
  await applySteps(target, [noop])
  const checksums = [crc32(image, 0)]
  const install = await target.beginInstall({
    version: 1,
    kind: 'lmdb',
    id: 'foreign',
    clusterId: '',
    isTtlEnabled: true,
    applied: { index: 9, term: 1, clock: 0, chain: 0 },
    membership: undefined,
    bytes: image.length,
    checksums,
    root: rootOf(image.length, checksums),
    counts: { keys: 0, leases: 0, bytes: 0 },
  })
  await install.write(0, image)
  await expect(install.commit()).rejects.toMatchObject({ code: 'HOLDFAST_SNAPSHOT', kind: 'corrupt' })
  expect(target.applied().index).toBe(1)
})

test.skipIf(!existsSync(bootIdFile))(
  'a native image bears no boot id, and is the same when it is opened after another boot',
  async () => {
    const directory = temporaryDirectory()
    const machine = await start(directory)
    for (const value of ['1', '2', '3']) await applySteps(machine, [put('k', value)])
    const { id, applied } = await machine.createSnapshot({ kind: 'native' })
    const image = Buffer.from(await imageOf(machine, id))
    await machine.close()
    // LMDB keeps the first group of digits in its meta pages, and rolls back where it is that of another boot.
    const bootId = Buffer.from(readFileSync(bootIdFile, 'utf8').slice(0, 8), 'hex').reverse()
    const metaPages = (file: Buffer): Buffer => file.subarray(0, 8192)
    const at = metaPages(readFileSync(dataFile(directory))).indexOf(bootId)
    expect(at).toBeGreaterThan(0)
    expect(metaPages(image).indexOf(bootId)).toBe(-1)
    for (const page of [0, 4096]) image.writeUInt32LE(0xdeadbeef, (at % 4096) + page)
    const elsewhere = temporaryDirectory()
    writeFileSync(join(elsewhere, 'data.mdb'), image)
    expect(inspectImage('state', elsewhere)?.head.applied).toEqual(applied)
  },
)

test('a native image is an environment that holds what its manifest says', async () => {
  const machine = await start(temporaryDirectory())
  for (let index = 1; index <= 20; index++) await applySteps(machine, [put(`k${index}`, `${index}`)])
  const manifest = await machine.createSnapshot({ kind: 'native' })
  expect([manifest.applied.index, manifest.counts.keys]).toEqual([20, 20])
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'data.mdb'), await imageOf(machine, manifest.id))
  using opened = LmdbEnvironment.open(directory)
  expect(opened.openDatabase('state.rows', { create: false })?.count()).toBe(20)
})

test("checkFile: 'tree' finds a damaged page in the middle of a table before LMDB does", async () => {
  const directory = temporaryDirectory()
  const machine = await start(directory)
  for (let chunk = 0; chunk < 20; chunk++)
    await applySteps(
      machine,
      Array.from({ length: 50 }, (_, row) => put(`key ${chunk} ${row}`, 'a value of some length')),
    )
  await machine.close()
  const data = readFileSync(dataFile(directory))
  // The row is on a leaf; what is damaged is where the leaf says that its first node lies.
  const page = data.lastIndexOf('key 10 25') & ~4095
  data.writeUInt16LE(0xfff0, page + 24)
  writeFileSync(dataFile(directory), data)
  await expect(create(directory, { checkFile: 'tree' }).open()).rejects.toThrow(/data file is damaged/)
})

test('a check of the file that a state machine does not have is refused', () => {
  const checkFile = 'used' as 'tree'
  expect(() => new LmdbStateMachine(temporaryDirectory(), { checkFile })).toThrow(InvalidArgumentError)
})
