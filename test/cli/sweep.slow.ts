import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../temporary-directory.ts'
import { conformJson } from './command.ts'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const memoryStore = path('../children/memory-adapter.mjs')

/** The memory store, with a batch done one operation at a time. */
function tearingAdapter(): string {
  const file = join(temporaryDirectory(), 'tearing.mjs')
  const healthy = JSON.stringify(new URL('../children/memory-adapter.mjs', import.meta.url).href)
  const code = `import healthy from ${healthy}
  export default { ...healthy, name: 'tears', open: (directory, options) => {
    const log = healthy.open(directory, options)
    const commit = (ops, operation) => { for (const op of ops) log.commit([op], operation) }
    return new Proxy(log, { get: (_, key) => {
      if (key === 'commit') return commit
      const value = log[key]
      return typeof value === 'function' ? value.bind(log) : value
    } })
  } }`
  writeFileSync(file, code)
  return file
}

test('--suite sweep passes a healthy store', async () => {
  const { code, report, stderr } = await conformJson(
    '--suite',
    'sweep',
    '--adapter',
    memoryStore,
    '--seed',
    '3',
  )
  expect(code).toBe(0)
  expect(report()).toMatchObject({ verdict: 'held', suites: [{ name: 'sweep' }], totals: { failed: 0 } })
  const told = Array.from(stderr.matchAll(/^sweep: (\d+) of (\d+)$/gm), ([, ...counts]) => counts.map(Number))
  expect(told.length).toBeGreaterThan(0)
  for (const [done = 0, planned = 0] of told) expect(done).toBeLessThanOrEqual(planned)
}, 60_000)

test('--replay of its token makes exactly that failure again, and runs nothing else', async () => {
  const adapter = tearingAdapter()
  const { code, report } = await conformJson('--suite', 'sweep', '--adapter', adapter, '--seed', '1')
  expect(code).toBe(1)
  const failed = report().suites[0]?.cases.find(({ outcome }) => outcome === 'failed')
  const again = await conformJson('--adapter', adapter, '--replay', failed?.token ?? '')
  expect(again.code).toBe(1)
  expect(again.report().suites).toHaveLength(1)
  expect(again.report().suites[0]?.cases).toMatchObject([{ id: failed?.id, story: failed?.story }])
}, 60_000)

test('--replay of a token that was typed wrongly is a usage error, which says so', async () => {
  const token = 'hf1:1.0.0:mine:sweep:SWEEP-LOG-PAIRS:1:log%2f4%2f%2f:'
  const { code, stderr } = await conformJson('--adapter', memoryStore, '--replay', token)
  expect(code).toBe(2)
  expect(stderr).toContain('Cannot replay this token: its checksum is wrong')
})
