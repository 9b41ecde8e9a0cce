import { readdirSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import type {
  CheckerPool,
  CheckerPoolOptions,
} from '../../../src/conformance/power-loss/check/checker-pool.ts'
import type { Image } from '../../../src/conformance/power-loss/disk/image.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'

// The built module: it spawns its children from where it is itself.
const builtUrl = new URL('../../../dist/src/conformance/power-loss/check/checker-pool.js', import.meta.url)
const built = (await import(builtUrl.href)) as {
  readonly CheckerPool: new (options: CheckerPoolOptions) => CheckerPool
}

/** An image of a store that holds nothing but a file of that name. */
function imageWith(name: string): Image {
  const parts = [
    { path: 'log', bytes: undefined },
    { path: `log/${name}`, bytes: new Uint8Array(1) },
  ]
  return { parts, hash: name }
}

test('a store that dies, hangs or throws is blamed on its image, and the next one is opened', async () => {
  const directory = temporaryDirectory()
  const pool = new built.CheckerPool({
    adapterUrl: new URL('./adapters/hangs-or-dies.mjs', import.meta.url).href,
    ...{ directory, name: 'log', size: 1, checkMsMax: 5_000 },
  })
  onTestFinished(() => pool.close())
  const check = async (name: string) => (await pool.ready())(imageWith(name), 1)
  const good = await check('nothing')
  expect(good).toMatchObject({ kind: 'opened', recovered: { view: { nextIndex: 0 } } })
  expect(good).not.toHaveProperty('unusable')
  expect(await check('die')).toEqual({ kind: 'ended', how: expect.stringContaining('the signal SIGABRT') })
  expect(await check('nothing')).toEqual(good)
  expect(await check('throw')).toEqual({ kind: 'refused', error: 'RangeError: as it was asked to' })
  expect(await check('hang')).toEqual({ kind: 'ended', how: 'it was not open after 5000 ms' })
  expect(await check('nothing')).toEqual(good)
  expect(readdirSync(directory)).toEqual([])
})
