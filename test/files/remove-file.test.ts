import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { removeFile } from '../../src/files/index.ts'
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
