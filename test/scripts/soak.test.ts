/** The soak's model and its verdict: what they say must not depend on the log they are there to check. */
import assert from 'node:assert/strict'
import { test } from 'vitest'

const moduleAt = (path: string): Promise<Record<string, never>> =>
  import(new URL(`../../scripts/soak/${path}`, import.meta.url).href)
const { SoakModel } = (await moduleAt('model.mjs')) as unknown as { SoakModel: new () => Model }
const { createEntryOf } = (await moduleAt('values.mjs')) as unknown as {
  createEntryOf(seed: number, kind: string): (index: number, cut: number) => Buffer
}
const { isFlat } = (await moduleAt('progress.mjs')) as unknown as {
  isFlat(samples: readonly { sizeBytes: number; liveBytes: number }[]): boolean
}

interface Model {
  readonly visible: { first: number; end: number; floor: number; meta: Map<string, Buffer> }
  readonly durable: Model['visible']
  readonly cutNext: number
  cutOf(index: number): number
  committed(ops: readonly object[]): void
  deferred(ops: readonly object[]): void
  abandoned(): void
}

const entries = (count: number): Buffer[] => Array.from({ length: count }, () => Buffer.of(1))

test('an entry depends on the seed, its index and its cut, and on nothing else', () => {
  const entryOf = createEntryOf(3, 'large')
  const again = createEntryOf(3, 'large')
  for (const index of [0, 1, 99]) assert.deepEqual(entryOf(index, 1), again(index, 1))
  assert.notDeepEqual(entryOf(1, 1), entryOf(1, 2))
  assert.notDeepEqual(entryOf(1, 1), entryOf(2, 1))
  assert.notDeepEqual(entryOf(1, 1), createEntryOf(4, 'large')(1, 1))
})

test('what was deferred is lost when the log is abandoned, and what was committed is not', () => {
  const model = new SoakModel()
  model.committed([{ kind: 'append', entries: entries(5) }])
  model.deferred([{ kind: 'trim', upTo: 3 }])
  assert.equal(model.visible.first, 3)
  model.abandoned()
  assert.equal(model.visible.first, 0)
  assert.equal(model.visible.end, 5)
})

test('entries from a cut on are other ones, and those below it are not', () => {
  const model = new SoakModel()
  model.committed([{ kind: 'append', entries: entries(5) }])
  const cut = model.cutNext
  model.committed([{ kind: 'replaceSuffix', from: 3, entries: entries(1) }])
  model.committed([{ kind: 'append', entries: entries(2) }])
  assert.deepEqual(
    [2, 3, 5].map((index) => model.cutOf(index)),
    [0, cut, cut],
  )
  assert.equal(model.visible.end, 6)
})

test('a cut below an earlier one covers it, and is never the same as it', () => {
  const model = new SoakModel()
  model.committed([{ kind: 'append', entries: entries(9) }])
  for (const from of [6, 2]) model.committed([{ kind: 'replaceSuffix', from, entries: entries(6) }])
  assert.deepEqual(
    [1, 2, 7].map((index) => model.cutOf(index)),
    [0, 2, 2],
  )
})

test.each([
  ['grows by a tenth', [10, 100, 100, 110], 50, true],
  ['grows by more, and is more than 1.75 times what was ever live', [10, 100, 100, 111], 63, false],
  ['grows by more, and is no larger than so full a log needs', [10, 100, 100, 111], 64, true],
])('a file that %s: whether it is flat', (_, sizes, live, isIt) => {
  const samples = sizes.map((sizeBytes, at) => ({ sizeBytes, liveBytes: at === 2 ? live : 1 }))
  assert.equal(isFlat(samples), isIt)
})
