import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../temporary-directory.ts'

const program = fileURLToPath(new URL('../children/state-beyond-heap.mjs', import.meta.url))

test.each([
  // As JavaScript values some 100 MB.
  { heapMebibytes: 32, keys: 200_000, valueBytes: 64 },
  // A gibibyte; a longer value would take two pages.
  { heapMebibytes: 128, keys: 275_000, valueBytes: 3_900 },
])(
  'a state that is larger than the heap is sent, installed, opened and read: %o',
  ({ heapMebibytes, keys, valueBytes }) => {
    const words = [
      `--max-old-space-size=${heapMebibytes}`,
      program,
      temporaryDirectory(),
      keys,
      valueBytes,
    ].map(String)
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
    expect({ status, stdout, stderr }).toMatchObject({ status: 0, stdout: `true ${keys}\n` })
  },
)
