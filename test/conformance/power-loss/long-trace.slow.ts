/** A workload may go on for long: what is kept of its trace is what a loss of power could still take, and what is there. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('children/long-trace.mjs', import.meta.url))
const heapMebibytes = 64
const grownBytesMax = 8 * 2 ** 20

test.each(['posix', 'journaled'])('100,000 calls are handled in bounded memory (%s)', (model) => {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--expose-gc', `--max-old-space-size=${heapMebibytes}`, program, '100000', model],
    // Without bounds it would not end: each sync looks at everything that is pending.
    { encoding: 'utf8', timeout: 300_000 },
  )
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
  const { calls, events, grownBytes } = JSON.parse(stdout) as Record<string, number>
  expect(calls).toBe(100_000)
  expect(events).toBeGreaterThan(90_000)
  expect(grownBytes).toBeLessThan(grownBytesMax)
})
