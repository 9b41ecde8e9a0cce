/** The process dies at every step that it could die at, in histories that visit all of them. */
import { strict as assert } from 'node:assert'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FailpointRegistry } from '../../../failpoints/index.ts'
import type { Command } from '../../../src/state-machine/core/command.ts'
import type { FilesOptions } from '../../../src/state-machine/files/options.ts'
import { fileStateSites } from '../../../src/state-machine/files/sites.ts'
import { propertyParameters } from '../../property-parameters.ts'
import {
  applyCommands,
  bytes,
  fastDirectory,
  filesIn,
  type OpenedMedium,
  openMedium,
  put,
  stateOf,
} from './files-rig.ts'

type Step =
  | { readonly kind: 'apply'; readonly commands: readonly Command[] }
  /** A checkpoint, during which a chunk is applied. */
  | { readonly kind: 'checkpoint' }
  /** The whole state is replaced, as an install or a reset does. */
  | { readonly kind: 'replace'; readonly key: string }
  /** The process dies, in the middle of a write if `isTorn`, and another one takes over. */
  | { readonly kind: 'reopen'; readonly isTorn: boolean }

interface History {
  readonly options: FilesOptions
  readonly steps: readonly Step[]
}

class Death extends Error {
  override readonly name = 'Death'
}

/** A node that runs a history, and what it may be found with after its death. */
class Run {
  readonly directory: string
  readonly options: FilesOptions
  readonly failpoints = new FailpointRegistry()
  opened: OpenedMedium | undefined
  /** Of the state that was acknowledged last, and of the one that the step at work leads to. */
  acked = ''
  inFlight: string | undefined
  hits: string[] = []
  isDead = false

  constructor(directory: string, options: FilesOptions) {
    this.directory = directory
    this.options = options
    this.failpoints.declare(fileStateSites)
  }

  /** Dies at the hit of that number, the first being 0. */
  dieAt(number: number): void {
    for (const { name } of fileStateSites) {
      this.failpoints.arm(name, () => {
        if (this.isDead) return
        this.hits.push(name)
        if (this.hits.length <= number) return
        this.isDead = true
        throw new Death(name)
      })
    }
  }

  async open(): Promise<void> {
    this.opened = await openMedium(this.directory, this.options, this.failpoints)
    const found = stateOf(this.opened.medium)
    expect([this.acked, this.inFlight]).toContain(found)
    this.settle(found)
  }

  settle(state: string): void {
    this.acked = state
    this.inFlight = undefined
  }

  async step(step: Step): Promise<void> {
    const opened = this.opened
    assert(opened !== undefined)
    const { medium } = opened
    switch (step.kind) {
      case 'apply':
        this.apply(step.commands)
        return
      case 'checkpoint': {
        const checkpoint = medium.checkpoint()
        // Who dies in the one does not go on with the other.
        checkpoint.catch(() => medium.abandon())
        try {
          this.apply([put('meanwhile', 'yes')])
        } catch (error) {
          medium.abandon()
          await checkpoint.catch(() => undefined)
          throw error
        }
        await checkpoint
        return
      }
      case 'replace': {
        const builder = medium.build()
        const { index } = medium.head.applied
        const row = {
          key: bytes(step.key),
          value: bytes('new'),
          createIndex: 1,
          modIndex: index,
          expireAt: undefined,
        }
        await builder.add([row])
        await builder.finish({
          applied: { index: index + 5, term: 1, clock: 1, chain: 7 },
          membership: undefined,
        })
        this.inFlight = await this.plannedState(() => builder.publish())
        this.settle(stateOf(medium))
        return
      }
      case 'reopen':
        medium.abandon()
        if (step.isTorn) tear(this.directory)
        await this.open()
        return
      default:
        step satisfies never
    }
  }

  apply(commands: readonly Command[]): void {
    const medium = this.opened?.medium
    assert(medium !== undefined)
    this.inFlight = dryRun(medium, commands)
    applyCommands(medium, commands)
    expect(stateOf(medium)).toBe(this.inFlight)
    this.settle(this.inFlight)
  }

  /** What `publish` leads to is not known before; every state that is not the old one must be it. */
  async plannedState(publish: () => unknown): Promise<string | undefined> {
    const before = stateOf(this.opened?.medium ?? assert.fail())
    try {
      await publish()
      return undefined
    } catch (error) {
      this.opened?.medium.abandon()
      const plain = await openMedium(this.directory, this.options)
      const found = stateOf(plain.medium)
      plain.medium.abandon()
      if (found !== before) {
        expect(plain.medium.counts()).toMatchObject({ keys: 1 })
        this.inFlight = found
      }
      throw error
    }
  }
}

/** The state that `commands` lead to, worked out without writing anything. */
function dryRun(medium: OpenedMedium['medium'], commands: readonly Command[]): string {
  const state = medium.pin() as unknown as Parameters<typeof applyCommands>[0]
  applyCommands(Object.assign(state, { write: writeTo(state) }), commands)
  return stateOf(state)
}

function writeTo(state: unknown): OpenedMedium['medium']['write'] {
  const map = state as import('../../../src/state-machine/files/map-state.ts').MapState
  return ({ rows, after }) => {
    for (const change of rows.values()) {
      if (change.after === undefined) map.remove(change.key)
      else map.put(change.after)
    }
    map.setHead(after)
  }
}

/** Leaves the beginning of a record at the end of the log. */
function tear(directory: string): void {
  const last = filesIn(directory)
    .filter((name) => name.startsWith('wal'))
    .at(-1)
  appendFileSync(join(directory, last ?? ''), Buffer.from([0, 0, 0, 40, 1, 2, 3, 4, 5]))
}

/** Runs `history` and dies at hit `number`; then another process opens, goes on, and dies, and a third one opens. */
async function runAndDie({ options, steps }: History, number: number): Promise<readonly string[]> {
  const run = new Run(fastDirectory(), options)
  run.dieAt(number)
  try {
    run.acked = await emptyState()
    await run.open()
    for (const step of steps) await run.step(step)
  } catch (error) {
    if (!run.isDead) throw error
  }
  run.opened?.medium.abandon()
  const hits = [...run.hits]
  run.failpoints.disarmAll()
  const site = run.isDead ? hits.at(-1) : 'the end'
  try {
    await run.open()
    await checkAftermath(run)
  } catch (error) {
    throw new Error(`after dying at hit ${number}, ${site}: ${(error as Error).message}`, { cause: error })
  }
  return hits
}

async function checkAftermath(run: Run): Promise<void> {
  expect(
    filesIn(run.directory).filter((name) => !/^(CURRENT|wal-\d+\.log|checkpoint-\d+)$/.test(name)),
  ).toEqual([])
  expect(filesIn(run.directory).filter((name) => name.startsWith('checkpoint')).length).toBeLessThanOrEqual(1)
  run.apply([put('after', 'death')])
  run.opened?.medium.abandon()
  await run.open()
  expect(run.opened?.recovery.removed).toEqual([])
  run.opened?.medium.abandon()
}

let empty: string | undefined

async function emptyState(): Promise<string> {
  if (empty !== undefined) return empty
  const { medium } = await openMedium(fastDirectory())
  empty = stateOf(medium)
  medium.abandon()
  return empty
}

/** Dies at every hit that the history has. Returns the sites. */
async function dieEverywhere(history: History): Promise<ReadonlySet<string>> {
  const hits = await runAndDie(history, Number.POSITIVE_INFINITY)
  for (let number = 0; number < hits.length; number++) await runAndDie(history, number)
  return new Set(hits)
}

test('whoever dies, at whatever step, leaves what was acknowledged, or that and what was at work', async () => {
  const sites = await dieEverywhere({
    options: { segmentBytes: 300 },
    steps: [
      { kind: 'apply', commands: [put('a', '1'), put('b', 'v'.repeat(300), 50)] },
      { kind: 'apply', commands: [put('a', '2')] },
      { kind: 'checkpoint' },
      { kind: 'apply', commands: [{ kind: 'delete', key: bytes('a') }] },
      { kind: 'reopen', isTorn: true },
      { kind: 'checkpoint' },
      { kind: 'replace', key: 'n' },
      { kind: 'apply', commands: [put('c', '1')] },
      { kind: 'reopen', isTorn: false },
    ],
  })
  // A site that no history comes by would be a step at which nobody ever died.
  expect([...sites].sort()).toEqual(fileStateSites.map(({ name }) => name).sort())
})

const key = fc.constantFrom('a', 'b', 'c')
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ key, value: fc.string({ maxLength: 40 }) }).map(({ key, value }) => put(key, value)),
  fc.record({ key, ttl: fc.integer({ min: 1, max: 5 }) }).map(({ key, ttl }) => put(key, 'leased', ttl)),
  key.map((name): Command => ({ kind: 'delete', key: bytes(name) })),
  key.map((name): Command => ({ kind: 'touch', key: bytes(name), ttlMs: 3 })),
  fc.constant<Command>({ kind: 'config', membership: bytes('members') }),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .array(command, { minLength: 1, maxLength: 4 })
      .map((commands): Step => ({ kind: 'apply', commands })),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'checkpoint' }) },
  { weight: 1, arbitrary: key.map((name): Step => ({ kind: 'replace', key: name })) },
  { weight: 2, arbitrary: fc.boolean().map((isTorn): Step => ({ kind: 'reopen', isTorn })) },
)
const options: fc.Arbitrary<FilesOptions> = fc.record({
  segmentBytes: fc.constantFrom(100, 400, 100_000),
  sync: fc.constantFrom('always' as const, 'never' as const),
})

test('whoever dies in any history leaves what was acknowledged, or that and what was at work', async () => {
  await fc.assert(
    fc.asyncProperty(
      options,
      fc.array(step, { minLength: 1, maxLength: 6 }),
      fc.nat(),
      async (options, steps, at) => {
        const history = { options, steps }
        const hits = await runAndDie(history, Number.POSITIVE_INFINITY)
        await runAndDie(history, at % (hits.length + 1))
      },
    ),
    propertyParameters(40),
  )
})
