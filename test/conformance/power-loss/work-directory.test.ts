import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { WorkDirectory } from '../../../src/conformance/power-loss/work-directory.ts'
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
