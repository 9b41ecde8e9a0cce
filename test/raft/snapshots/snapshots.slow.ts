/** A process that dies while it writes, publishes or removes snapshots leaves whole ones, and nothing else. */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../../temporary-directory.ts'
import { assertRecovered, runAndKill, runToEnd } from './child.ts'
import { openStore } from './snapshots.ts'

const count = 4
const bytes = 150_000

/** How often each site is hit when nothing goes wrong. */
function countHits(): [string, number][] {
  const { said, status } = runToEnd('write-snapshots', [temporaryDirectory(), count, bytes])
  assert.equal(status, 0)
  const hits = Object.entries(said.find((line) => line.hits)?.hits ?? {})
  return hits.filter(([, times]) => times > 0)
}

describe('killed at a failpoint', () => {
  test('at every hit of every site, and reopened, the store has what was acked, and nothing half-done', async () => {
    const hits = countHits()
    const sites = hits.map(([site]) => site)
    // Reading is no part of it.
    expect(sites).toStrictEqual([
      'snapshot.create',
      'snapshot.finish.after_publish',
      'snapshot.finish.before_publish',
      'snapshot.finish.before_sync',
      'snapshot.remove',
      'snapshot.write',
    ])
    for (const [site, times] of hits) {
      for (let hit = 0; hit < times; hit++) {
        const directory = temporaryDirectory()
        const failpoints = `${site}=${hit > 0 ? `${hit}*off->` : ''}crash`
        const { said, signal } = runToEnd('write-snapshots', [directory, count, bytes], { failpoints })
        expect([site, hit, signal]).toStrictEqual([site, hit, 'SIGKILL'])
        await assertRecovered(directory, said, bytes).catch((error: unknown) => {
          throw new Error(`Killed by FAILPOINTS='${failpoints}'`, { cause: error })
        })
      }
    }
  })
})

describe('killed at any moment', () => {
  const seed = Number(process.env['HOLDFAST_SEED'] ?? randomInt(2 ** 31))

  test('and reopened, again and again in one directory, the store has what was acked and nothing half-done', async () => {
    const directory = temporaryDirectory()
    const manyBytes = 3_000_000
    let state = seed
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return (state >>> 8) % below
    }
    for (let turn = 0; turn < 40; turn++) {
      const when = turn % 2 === 0 ? [] : ['later']
      const moment = { lines: 1 + random(8), delayMs: random(12) }
      const { said, signal } = await runAndKill('write-snapshots', [directory, 3, manyBytes, ...when], moment)
      expect([turn, signal === 'SIGKILL' || said.some(({ listed }) => listed)]).toStrictEqual([turn, true])
      await assertRecovered(directory, [...kept(directory, said), ...said], manyBytes).catch(
        (error: unknown) => {
          throw new Error(`Killed in turn ${turn} of HOLDFAST_SEED=${seed}: ${JSON.stringify(moment)}`, {
            cause: error,
          })
        },
      )
    }
  })
})

/** What earlier turns have left, as if this one had begun it: a later `retain` may remove it. */
function kept(directory: string, said: readonly { readonly begun?: string }[]): { readonly begun: string }[] {
  const begunNow = new Set(said.map(({ begun }) => begun))
  return readdirSync(directory)
    .filter((name) => !begunNow.has(name))
    .map((begun) => ({ begun }))
}

test('a process that ends while a snapshot is being written leaves nothing visible, and open() clears it away', () => {
  const directory = temporaryDirectory()
  expect(runToEnd('exit-unfinished', [directory]).status).toBe(0)
  expect(readdirSync(directory)).toHaveLength(1)
  const store = openStore({ directory })
  expect(store.list()).toStrictEqual([])
  expect(store.unusable()).toStrictEqual([])
  expect(readdirSync(directory)).toStrictEqual([])
})

test('a big snapshot that is forgotten in the middle does not keep its process alive', () => {
  const { said, status } = runToEnd('leave-unfinished', [temporaryDirectory()])
  expect(status).toBe(0)
  expect(said).toHaveLength(1)
})

test('memory stays flat while a snapshot of 300 MiB is written and read', () => {
  const { said, status } = runToEnd('big-snapshot', [temporaryDirectory(), 300])
  expect(status).toBe(0)
  const [{ bytes: read, rssWriting, rssReading } = {}] = said
  expect(read).toBe(300 * 1024 * 1024)
  expect(Number(rssWriting)).toBeLessThan(200 * 1024 * 1024)
  expect(Number(rssReading)).toBeLessThan(200 * 1024 * 1024)
})

describe('where the process may not write', () => {
  const refused = { name: 'WriteFailedError', reason: 'read_only', inDoubt: false }

  test('a new directory is refused', () => {
    expect(runToEnd('open-unwritable', [temporaryDirectory(), 'new']).said).toStrictEqual([refused])
  })

  test('what is there can be listed, and a snapshot is refused', () => {
    expect(runToEnd('open-unwritable', [temporaryDirectory()]).said).toStrictEqual([{ listed: [] }, refused])
  })
})
