import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { InvalidArgumentError } from '../../src/errors.ts'
import { makeDirectoryDurable, publishFile, syncDirectory, syncFile } from '../../src/files/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { thrownBy } from '../thrown-by.ts'
import { calls } from './recorded-calls.ts'

vi.mock('node:fs', async (importOriginal) => {
  const { recordCalls } = await import('./recorded-calls.ts')
  return recordCalls(await importOriginal())
})

beforeEach(() => {
  calls.length = 0
})

function fileIn(directory: string, name: string, text = name): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

/** The error that `what` ends in, and no call of what came before. */
function errorOf(what: () => void): unknown {
  calls.length = 0
  return thrownBy(what)
}

/** The calls since, made by `what`. */
function callsOf(what: () => void): string[] {
  calls.length = 0
  what()
  return [...calls]
}

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length
}

/** Runs `what` as a user to whom permissions apply; root is asked to step down for it. */
function unprivileged<T>(what: () => T): T {
  if (process.getuid?.() !== 0) return what()
  process.seteuid?.(65_534)
  try {
    return what()
  } finally {
    process.seteuid?.(0)
  }
}

test('syncFile() syncs the file', () => {
  const path = fileIn(temporaryDirectory(), 'a')
  expect(callsOf(() => syncFile(path))).toEqual([`fsync ${path}`])
})

test('syncFile() syncs a file that is write-protected', () => {
  const directory = temporaryDirectory()
  const path = fileIn(directory, 'a')
  chmodSync(directory, 0o755)
  chmodSync(path, 0o444)
  expect(unprivileged(() => callsOf(() => syncFile(path)))).toEqual([`fsync ${path}`])
})

test('syncDirectory() syncs the directory', () => {
  const directory = temporaryDirectory()
  expect(callsOf(() => syncDirectory(directory))).toEqual([`fsync ${directory}`])
})

test('syncDirectory() refuses a file', () => {
  const path = fileIn(temporaryDirectory(), 'a')
  expect(errorOf(() => syncDirectory(path))).toMatchObject({ code: 'ENOTDIR' })
  expect(calls).toEqual([])
})

test('publishFile() syncs the bytes before the name, and the directory after', () => {
  const directory = temporaryDirectory()
  const from = fileIn(directory, 'new', 'new')
  const to = fileIn(directory, 'file', 'old')
  expect(callsOf(() => publishFile(from, to))).toEqual([
    `fsync ${from}`,
    `rename ${from} ${to}`,
    `fsync ${directory}`,
  ])
  expect(readFileSync(to, 'utf8')).toBe('new')
  expect(existsSync(from)).toBe(false)
})

test('publishFile() from another directory syncs that one too, and last', () => {
  const [source, target] = [temporaryDirectory(), temporaryDirectory()]
  const from = fileIn(source, 'new')
  const to = join(target, 'file')
  expect(callsOf(() => publishFile(from, to))).toEqual([
    `fsync ${from}`,
    `rename ${from} ${to}`,
    `fsync ${target}`,
    `fsync ${source}`,
  ])
})

test('publishFile() knows one directory by two spellings', () => {
  const directory = temporaryDirectory()
  const from = fileIn(directory, 'new')
  const to = `${directory}/../${relative(dirname(directory), directory)}/file`
  expect(callsOf(() => publishFile(from, to))).toHaveLength(3)
})

test('publishFile() leaves the target as it was when the source is not there', () => {
  const directory = temporaryDirectory()
  const to = fileIn(directory, 'file', 'old')
  expect(errorOf(() => publishFile(join(directory, 'missing'), to))).toMatchObject({ code: 'ENOENT' })
  expect(calls).toEqual([])
  expect(readFileSync(to, 'utf8')).toBe('old')
})

test('makeDirectoryDurable() makes all parents, and syncs each before the next', () => {
  const directory = temporaryDirectory()
  const [a, b, c] = [join(directory, 'a'), join(directory, 'a/b'), join(directory, 'a/b/c')]
  expect(callsOf(() => makeDirectoryDurable(c))).toEqual([
    // It may be there only since a process that was killed before it could sync.
    `fsync ${dirname(directory)}`,
    `mkdir ${a}`,
    `fsync ${directory}`,
    `mkdir ${b}`,
    `fsync ${a}`,
    `mkdir ${c}`,
    `fsync ${b}`,
  ])
  expect(statSync(c).isDirectory()).toBe(true)
})

test('makeDirectoryDurable() syncs the name of a directory that is there already', () => {
  const directory = temporaryDirectory()
  expect(callsOf(() => makeDirectoryDurable(directory))).toEqual([`fsync ${dirname(directory)}`])
})

test('makeDirectoryDurable() takes a relative path', () => {
  const directory = temporaryDirectory()
  makeDirectoryDurable(relative(process.cwd(), join(directory, 'a', 'b')))
  expect(statSync(join(directory, 'a', 'b')).isDirectory()).toBe(true)
})

test('makeDirectoryDurable() follows a link to a directory', () => {
  const directory = temporaryDirectory()
  mkdirSync(join(directory, 'real'))
  symlinkSync('real', join(directory, 'link'))
  makeDirectoryDurable(join(directory, 'link', 'a'))
  expect(statSync(join(directory, 'real', 'a')).isDirectory()).toBe(true)
})

test('makeDirectoryDurable() accepts a directory in a parent that may not be read', () => {
  const parent = temporaryDirectory()
  const directory = join(parent, 'a')
  mkdirSync(directory)
  chmodSync(parent, 0o711)
  chmodSync(directory, 0o777)
  expect(errorOf(() => unprivileged(() => makeDirectoryDurable(directory)))).toBeUndefined()
})

test('makeDirectoryDurable() passes other errors of the file system through', () => {
  const directory = temporaryDirectory()
  chmodSync(directory, 0o555)
  const error = errorOf(() => unprivileged(() => makeDirectoryDurable(join(directory, 'a'))))
  expect(error).toMatchObject({ name: 'Error', code: 'EACCES' })
})

test.each([
  ['the path is a file', 'file', 'it is there and is not a directory'],
  ['its parent is a file', 'file/a', 'its parent "'],
  ['a parent further up is a file', 'file/a/b/c', 'its parent "'],
  ['it is a link to nowhere', 'nowhere', 'it is there and is not a directory'],
  ['its parent is a link to nowhere', 'nowhere/a', 'its parent "'],
])('makeDirectoryDurable() says so when %s', (_, path, message) => {
  const directory = temporaryDirectory()
  fileIn(directory, 'file')
  symlinkSync('missing', join(directory, 'nowhere'))
  const error = errorOf(() => makeDirectoryDurable(join(directory, path)))
  expect(error).toBeInstanceOf(InvalidArgumentError)
  expect(error).toMatchObject({ argument: 'directory', message: expect.stringContaining(message) })
  expect((error as Error).message).toContain('choose another directory')
})

test.runIf(existsSync('/proc/self/fd'))('nothing leaves a descriptor open', () => {
  const directory = temporaryDirectory()
  const before = openDescriptors()
  makeDirectoryDurable(join(directory, 'a', 'b'))
  syncDirectory(directory)
  syncFile(fileIn(directory, 'new'))
  publishFile(join(directory, 'new'), join(directory, 'a', 'file'))
  errorOf(() => syncDirectory(join(directory, 'a', 'file')))
  expect(openDescriptors()).toBe(before)
})
