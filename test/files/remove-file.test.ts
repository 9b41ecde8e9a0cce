import { existsSync, mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { removeFile, unlinkFile, unlinkFileLater } from '../../src/files/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

test('removeFile() has taken the name away when it returns', () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'file')
  writeFileSync(path, 'x')
  removeFile(path)
  expect(readdirSync(directory)).toEqual([])
})

test('removeFile() says that there is no such file', () => {
  expect(() => removeFile(join(temporaryDirectory(), 'file'))).toThrow(
    expect.objectContaining({ code: 'ENOENT' }),
  )
})

test('removeFile() removes no directory', () => {
  const directory = temporaryDirectory()
  mkdirSync(join(directory, 'file'))
  expect(() => removeFile(join(directory, 'file'))).toThrow()
  expect(readdirSync(directory)).toEqual(['file'])
})

/** The files that this process has open, by the names that they have or had. */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      return [readlinkSync(`/proc/self/fd/${name}`)]
    } catch {
      return []
    }
  })
}

test.skipIf(!existsSync('/proc/self/fd')).each([
  ['unlinkFile', unlinkFile],
  ['unlinkFileLater', unlinkFileLater],
])('%s() takes the name away, and the file stays until what it returned is called', async (_name, unlink) => {
  const path = join(temporaryDirectory(), 'file')
  writeFileSync(path, 'x')
  const giveBack = await unlink(path)
  expect(existsSync(path)).toBe(false)
  expect(openFiles()).toContain(`${path} (deleted)`)
  giveBack()
  await expect.poll(openFiles).not.toContain(`${path} (deleted)`)
})

test.each([
  ['unlinkFile', unlinkFile],
  ['unlinkFileLater', unlinkFileLater],
])('%s() says that there is no such file', async (_name, unlink) => {
  const path = join(temporaryDirectory(), 'file')
  await expect((async () => unlink(path))()).rejects.toMatchObject({ code: 'ENOENT' })
})
