/** Any sequence of creating, finishing, aborting, crashing, retaining and removing, against a naive list. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { test } from 'vitest'
import { FailpointRegistry } from '../../../failpoints/index.ts'
import { SnapshotStore, type SnapshotWriter } from '../../../src/raft/snapshots/index.ts'
import { propertyParameters } from '../../property-parameters.ts'
import { readWhole } from './snapshots.ts'

interface Kept {
  readonly id: string
  readonly index: number
  readonly term: number
  /** Which of all that were ever begun. */
  readonly order: number
  readonly data: Buffer
}

type Step =
  | { readonly kind: 'begin'; readonly index: number; readonly term: number; readonly bytes: number }
  | { readonly kind: 'finish' | 'abort' | 'remove'; readonly nth: number }
  | { readonly kind: 'failToFinish'; readonly nth: number; readonly site: string; readonly errno: string }
  | { readonly kind: 'retain' | 'retainLater'; readonly count: number }
  | { readonly kind: 'crash' | 'close' }

const nth = fc.nat({ max: 5 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('begin' as const),
      index: fc.nat({ max: 4 }),
      term: fc.nat({ max: 2 }),
      bytes: fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 600_000 })),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('finish' as const), nth }) },
  fc.record({ kind: fc.constantFrom('abort' as const, 'remove' as const), nth }),
  fc.record({
    kind: fc.constant('failToFinish' as const),
    nth,
    site: fc.constantFrom('before_sync', 'before_publish', 'after_publish'),
    errno: fc.constantFrom('EIO', 'ENOSPC'),
  }),
  fc.record({
    kind: fc.constantFrom('retain' as const, 'retainLater' as const),
    count: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ kind: fc.constantFrom('crash' as const, 'close' as const) }),
)

/** A store, and beside it a list of what should be in it. */
class Pair {
  readonly #directory: string
  readonly #failpoints = new FailpointRegistry({ seed: 1 })
  #store: SnapshotStore
  #begun: { readonly writer: SnapshotWriter; readonly kept: Kept }[] = []
  #kept: Kept[] = []
  #order = 0

  constructor(directory: string) {
    this.#directory = directory
    this.#store = SnapshotStore.open(directory, { failpoints: this.#failpoints })
  }

  async perform(step: Step): Promise<void> {
    switch (step.kind) {
      case 'begin':
        return this.#begin(step)
      case 'finish':
        return this.#withBegun(step.nth, async ({ writer, kept }) => {
          assert.equal((await writer.finish()).id, kept.id)
          this.#kept.push(kept)
        })
      case 'failToFinish':
        return this.#withBegun(step.nth, async ({ writer }) => {
          using _armed = this.#failpoints.arm(`snapshot.finish.${step.site}`, `return(${step.errno})`)
          await assert.rejects(writer.finish(), { name: 'WriteFailedError' })
        })
      case 'abort':
        return this.#withBegun(step.nth, ({ writer }) => writer.abort())
      case 'remove': {
        const [chosen] = this.#kept.slice(step.nth % Math.max(1, this.#kept.length))
        if (chosen === undefined) return
        this.#store.remove(chosen.id)
        this.#kept = this.#kept.filter((each) => each !== chosen)
        return
      }
      case 'retain':
      case 'retainLater': {
        const newest = this.#sorted().slice(0, step.count)
        assert.equal(await this.#store[step.kind](step.count), this.#kept.length - newest.length)
        this.#kept = newest
        return
      }
      case 'crash':
      case 'close':
        if (step.kind === 'close') this.#store.close()
        this.#begun = []
        this.#store = SnapshotStore.open(this.#directory, { failpoints: this.#failpoints })
        return
      default:
        step satisfies never
    }
  }

  /** The view, and then the names in the directory, which the view may hide. */
  check(): void {
    const wanted = this.#sorted()
    assert.deepStrictEqual(
      this.#store.list().map(({ id, index, term, bytes }) => ({ id, index, term, bytes })),
      wanted.map(({ id, index, term, data }) => ({ id, index, term, bytes: data.length })),
    )
    const names = [...wanted.map(({ id }) => id), ...this.#begun.map(({ kept }) => `${kept.id}.staging`)]
    assert.deepStrictEqual(readdirSync(this.#directory).sort(), names.sort())
    assert.deepStrictEqual(this.#store.unusable(), [])
  }

  async checkData(): Promise<void> {
    for (const { id, data } of this.#kept) assert((await readWhole(this.#store, id)).equals(data))
    assert.equal((await this.#store.latestUsable()).info?.id, this.#sorted()[0]?.id)
    this.#store.close()
  }

  #begin({ index, term, bytes }: { index: number; term: number; bytes: number }): void {
    const order = this.#order++
    const data = Buffer.alloc(bytes, order)
    const writer = this.#store.create({ index, term })
    writer.write(data)
    this.#begun.push({ writer, kept: { id: writer.id, index, term, order, data } })
  }

  async #withBegun(
    nth: number,
    perform: (begun: { writer: SnapshotWriter; kept: Kept }) => Promise<void>,
  ): Promise<void> {
    const [chosen] = this.#begun.splice(nth % Math.max(1, this.#begun.length), 1)
    if (chosen !== undefined) await perform(chosen)
  }

  #sorted(): Kept[] {
    return this.#kept.toSorted((a, b) => b.index - a.index || b.term - a.term || b.order - a.order)
  }
}

test('a store of snapshots is what a list of the finished ones would be', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const directory = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
      try {
        const pair = new Pair(directory)
        for (const each of steps) {
          await pair.perform(each)
          pair.check()
        }
        await pair.checkData()
      } finally {
        rmSync(directory, { recursive: true, force: true })
      }
    }),
    propertyParameters(150),
  )
})
