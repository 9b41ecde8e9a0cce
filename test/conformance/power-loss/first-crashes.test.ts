import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { changesIn, makeOld } from '../../../src/conformance/power-loss/check/changes.ts'
import { FirstCrashes } from '../../../src/conformance/power-loss/first-crashes.ts'
import type { ImageResults } from '../../../src/conformance/power-loss/image-results.ts'
import { RecoveryKinds } from '../../../src/conformance/power-loss/recovery-kinds.ts'
import { SeededRandom } from '../../../src/conformance/random.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'

/** The changes of a recovery are what follows the number in the image's name; `!` cannot be opened. */
const results = {
  checked: async (hash: string) => ({ kind: hash.endsWith('!') ? 'refused' : 'opened' }),
  changes: async (hash: string) =>
    hash
      .slice(hash.indexOf(' ') + 1)
      .split(',')
      .filter((text) => text !== ''),
} as unknown as ImageResults<unknown>

function crashes(hashes: readonly string[], kinds = new RecoveryKinds()): FirstCrashes {
  const all = new FirstCrashes(new SeededRandom(1, 'again'), kinds)
  for (const [at, hash] of hashes.entries())
    all.offer({ hash, moment: at + 1, lines: 0, survivors: new Map(), issued: [] })
  return all
}

const hashesOf = (chosen: readonly { readonly hash: string }[]) => chosen.map(({ hash }) => hash)

test('what opening a directory has made, removed and written is told, be it to the same bytes', () => {
  const root = temporaryDirectory()
  for (const name of ['same', 'kept', 'gone', 'moved']) writeFileSync(join(root, name), name)
  mkdirSync(join(root, 'inner'))
  const before = makeOld(root)
  writeFileSync(join(root, 'same'), 'same')
  rmSync(join(root, 'gone'))
  renameSync(join(root, 'moved'), join(root, 'inner', 'moved'))
  writeFileSync(join(root, 'lock'), '')
  const changes = changesIn(root, before, (name) => name === 'lock')
  expect(changes).toEqual(['made inner/moved', 'removed gone', 'removed moved', 'written same'])
})

test('a new kind of recovery is interrupted before any other', async () => {
  const kinds = new RecoveryKinds()
  const common = Array.from({ length: 50 }, (_, at) => `${at} written log`)
  const chosen = await crashes([...common, '50 written log,removed log.new', '51 made x!'], kinds).choose(
    1,
    results,
  )
  expect(hashesOf(chosen)).toContain('50 written log,removed log.new')
  expect(chosen).toHaveLength(2)
  expect([kinds.count, kinds.interruptedCount]).toEqual([2, 2])
})

test('a kind that was interrupted twice is taken at random only', async () => {
  const kinds = new RecoveryKinds()
  for (const number of [1, 2]) await crashes([`${number} written a`], kinds).choose(1, results)
  const chosen = await crashes(['3 written a', '4 written b'], kinds).choose(1, results)
  expect(hashesOf(chosen)).toEqual(['4 written b'])
})

test('all of them are all whose recovery changes something, each once in a run', async () => {
  const kinds = new RecoveryKinds()
  const hashes = ['1 written a', '2 ', '3 made b', '1 written a', '4 !']
  expect(hashesOf(await crashes(hashes, kinds).choose('all', results))).toEqual(['1 written a', '3 made b'])
  expect(await crashes(hashes, kinds).choose('all', results)).toEqual([])
})

test('none is none', async () => {
  expect(await crashes(['1 written a']).choose(0, results)).toEqual([])
})
