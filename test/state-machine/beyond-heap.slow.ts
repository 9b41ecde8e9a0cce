import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../temporary-directory.ts'

const program = fileURLToPath(new URL('../children/state-beyond-heap.mjs', import.meta.url))

test('a state that is larger than the heap is sent, installed, opened and read', () => {
  // As JavaScript values some 100 MB.
  const keys = 200_000
  const words = ['--max-old-space-size=32', program, temporaryDirectory(), String(keys)]
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  expect({ status, stdout, stderr }).toMatchObject({ status: 0, stdout: `true ${keys}\n` })
})
