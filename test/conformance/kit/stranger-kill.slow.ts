/** The kill suite on storage that knows nothing of Holdfast: what it promises decides what may come back. */
import { expect, test } from 'vitest'
import type { KillReport, LaneName, runKillSuite } from '../../../src/conformance/kill/index.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'

const built = (await import(new URL('../../../dist/src/conformance/index.js', import.meta.url).href)) as {
  readonly runKillSuite: typeof runKillSuite
}

function kill(adapter: string, kills: number, lanes?: readonly LaneName[]): Promise<KillReport> {
  const adapterUrl = new URL(`./adapters/${adapter}`, import.meta.url)
  return built.runKillSuite({ adapterUrl, kills, seed: 1, lanes, directory: temporaryDirectory() })
}

test.each(['journal.mjs', 'least.mjs'])('%s loses nothing', async (adapter) => {
  const report = await kill(adapter, 6)
  expect(report.failures).toEqual([])
  expect(report.ackedCommits).toBeGreaterThan(50)
})

test('a write that is acked and not written is found', async () => {
  const report = await kill('forgets.mjs', 2, ['replayable'])
  expect(report.failures.length).toBe(1)
})

// Such a store is caught in the middle of a call, by the clock: not by each kill, and hardly ever by none of so many.
test.each(['tears', 'steps'])('a store that %s its writes is found out, unless it says so', async (bug) => {
  const found = await kill(`${bug}.mjs`, 60, ['by-clock'])
  expect(found.failures.length).toBe(1)
  const allowed = await kill(`${bug}-and-says-so.mjs`, 6, ['by-clock'])
  expect(allowed.failures).toEqual([])
})

test('what is deferred may be lost in any part, where no more is promised', async () => {
  const found = await kill('later.mjs', 4, ['replayable'])
  expect(found.failures.length).toBe(1)
  const allowed = await kill('later-and-says-so.mjs', 8)
  expect(allowed.failures).toEqual([])
})
