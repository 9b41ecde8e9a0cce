import { expect, test } from 'vitest'
import type { runStateKillSuite } from '../../src/conformance/state-machine/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const built = (await import(
  new URL('../../dist/src/conformance/state-machine/index.js', import.meta.url).href
)) as { readonly runStateKillSuite: typeof runStateKillSuite }

test.each([
  ['LMDB', '../../dist/src/cli/adapters/lmdb-state-machine.js'],
  ['files', '../../dist/src/cli/adapters/file-state-machine.js'],
  ['files, which writes checkpoints often', './power-loss-mutants/on-files.mjs'],
  ['files, which syncs only when it is told', './power-loss-mutants/on-files-lazily.mjs'],
])('a state machine on %s loses nothing, killed at every site it has', async (_, path) => {
  const adapterUrl = new URL(path, import.meta.url)
  const report = await built.runStateKillSuite({
    adapterUrl,
    directory: temporaryDirectory(),
    kills: 60,
    seed: 2,
  })
  expect(report.failure).toBeUndefined()
  expect(report.killsAtFailpoints).toBeGreaterThan(30)
})
