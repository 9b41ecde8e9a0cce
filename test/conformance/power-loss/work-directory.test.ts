import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeImagesDirectory, WorkDirectory } from '../../../src/conformance/power-loss/work-directory.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'

test('a given directory is made, and keeps what was there and the recordings', () => {
  const given = join(temporaryDirectory(), 'a', 'b')
  const directory = new WorkDirectory(given)
  writeFileSync(join(directory.recordings, 'recording.jsonl'), '')
  directory.remove(false)
  expect(readdirSync(given)).toEqual(['recording.jsonl'])
  expect(existsSync(directory.images)).toBe(false)
})

test('a temporary directory is kept with its recordings only', () => {
  const failed = new WorkDirectory(undefined)
  failed.remove(true)
  expect(readdirSync(failed.recordings)).toEqual([])
  failed.remove(false)
  expect(existsSync(failed.recordings)).toBe(false)
})

test('a directory that is a file is refused', () => {
  const path = join(temporaryDirectory(), 'file')
  writeFileSync(path, '')
  expect(() => new WorkDirectory(path)).toThrow(
    expect.objectContaining({ code: 'HOLDFAST_INVALID_ARGUMENT', argument: 'directory' }),
  )
})

test('images of a process that is gone are removed by the next run, and those of others stay', () => {
  const parent = temporaryDirectory()
  const mine = makeImagesDirectory(parent)
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  const orphan = mine.replace(`-${process.pid}-`, `-${pid}-`)
  renameSync(mine, orphan)
  const others = ['holdfast-images-1', 'something-else', `holdfast-images-0-${pid}-abc`]
  for (const name of others) mkdirSync(join(parent, name))
  const first = makeImagesDirectory(parent)
  const second = makeImagesDirectory(parent)
  expect(existsSync(orphan)).toBe(false)
  for (const path of [first, second, ...others.map((name) => join(parent, name))])
    expect(existsSync(path), path).toBe(true)
})
