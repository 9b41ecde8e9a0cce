/** A node dies at every step that it could die at: what is left fits together, has everything that was told, and goes on. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FailpointRegistry } from '../../../failpoints/index.ts'
import { snapshotSites } from '../../../src/raft/index.ts'
import { fileStateSites, replicaSites, stateSites } from '../../../src/state-machine/index.ts'
import { propertyParameters } from '../../property-parameters.ts'
import { fastDirectory } from '../files/files-rig.ts'
import {
  append,
  expectedStates,
  type NodeHome,
  type NodeOptions,
  newHome,
  type OpenedNode,
  openNode,
  sendSnapshot,
} from './replica-rig.ts'

type Step =
  /** Entries are appended, and those before some of them committed and applied. */
  | { readonly kind: 'go'; readonly entries: number; readonly uncommitted: number }
  | { readonly kind: 'snapshot' }
  /** The state machine writes all of its state down. */
  | { readonly kind: 'checkpoint' }
  /** Another node's snapshot, ahead by as many entries. */
  | { readonly kind: 'install'; readonly ahead: number }
  /** The process dies, and another one takes over. */
  | { readonly kind: 'reopen' }

const sites = [...replicaSites, ...stateSites, ...fileStateSites, ...snapshotSites].map(({ name }) => name)
const indexMax = 80
const states = expectedStates(indexMax)

class Death extends Error {
  override readonly name = 'Death'
}

class Run {
  readonly home: NodeHome = newHome(fastDirectory())
  readonly options: NodeOptions
  readonly failpoints = new FailpointRegistry()
  node: OpenedNode | undefined
  /** The highest index of which a result was told, or a snapshot acknowledged. */
  told = 0
  readonly hits: string[] = []
  isDead = false

  constructor(options: NodeOptions) {
    const listener = {
      onApplied: ({ applied }: { readonly applied: { readonly index: number } }) => this.tell(applied.index),
    }
    const replica = { ...options.replica, listener, chunk: { entries: 4 } }
    this.options = { ...options, replica, failpoints: this.failpoints }
    this.failpoints.declare([...replicaSites, ...stateSites, ...fileStateSites, ...snapshotSites])
  }

  tell(index: number): void {
    if (!this.isDead) this.told = Math.max(this.told, index)
  }

  dieAt(number: number): void {
    for (const site of sites) {
      this.failpoints.arm(site, () => {
        // The dead do nothing more.
        if (this.isDead) throw new Death(site)
        this.hits.push(site)
        if (this.hits.length <= number) return
        this.isDead = true
        throw new Death(site)
      })
    }
  }

  async open(): Promise<OpenedNode> {
    this.node = await openNode(this.home, this.options)
    return this.node
  }

  async step(step: Step, donor: OpenedNode): Promise<void> {
    const node = this.node
    if (node === undefined) throw new Error('the node is not open')
    const { raft, replica, machine } = node
    switch (step.kind) {
      case 'go': {
        const last = Math.min(raft.log.lastIndex + step.entries, indexMax)
        append(node, last)
        replica.committed(Math.max(last - step.uncommitted, replica.committedIndex))
        raft.hardState.save({ currentTerm: 1, votedFor: undefined, commit: replica.committedIndex })
        await replica.settled()
        return
      }
      case 'snapshot':
        await replica.takeSnapshot()
        return
      case 'checkpoint':
        await machine.checkpoint()
        return
      case 'install': {
        const last = Math.min(machine.applied().index + step.ahead, indexMax)
        if (last <= donor.machine.applied().index) return
        append(donor, last)
        donor.replica.committed(last)
        await donor.replica.settled()
        raft.hardState.save({ currentTerm: 1, votedFor: undefined, commit: replica.committedIndex })
        const applied = await sendSnapshot(donor.machine, replica)
        this.tell(applied.index)
        return
      }
      case 'reopen':
        replica.abandon()
        await this.open()
        return
      default:
        step satisfies never
    }
  }
}

async function runAndDie(
  options: NodeOptions,
  steps: readonly Step[],
  number: number,
): Promise<readonly string[]> {
  const run = new Run(options)
  const donor = await openNode(newHome(fastDirectory()))
  run.dieAt(number)
  try {
    await run.open()
    for (const step of steps) {
      if (run.isDead) break
      await run.step(step, donor)
    }
  } catch (error) {
    if (!run.isDead) throw error
  }
  run.node?.replica.abandon()
  donor.replica.abandon()
  const hits = [...run.hits]
  run.failpoints.disarmAll()
  try {
    await checkAftermath(run)
  } catch (error) {
    const site = run.isDead ? hits.at(-1) : 'the end'
    throw new Error(`after dying at hit ${number}, ${site}: ${(error as Error).message}`, { cause: error })
  }
  return hits
}

async function checkAftermath(run: Run): Promise<void> {
  const node = await run.open()
  const { raft, replica, machine } = node
  try {
    const { index } = machine.applied()
    expect(index).toBeGreaterThanOrEqual(run.options.machine?.sync === 'never' ? 0 : run.told)
    expect(machine.applied()).toEqual(states[index])
    expect(raft.log.purgeBoundary.index).toBeLessThanOrEqual(
      Math.max(replica.coveredIndex, machine.durableApplied().index),
    )
    append(node, indexMax)
    replica.committed(indexMax)
    await replica.settled()
    expect(machine.applied()).toEqual(states[indexMax])
  } finally {
    replica.abandon()
  }
}

test('whoever dies, at whatever step, leaves a log and a state that fit, and goes on with them', async () => {
  const steps: Step[] = [
    { kind: 'go', entries: 6, uncommitted: 1 },
    { kind: 'snapshot' },
    { kind: 'go', entries: 3, uncommitted: 0 },
    { kind: 'checkpoint' },
    { kind: 'install', ahead: 9 },
    { kind: 'go', entries: 4, uncommitted: 2 },
    { kind: 'snapshot' },
    { kind: 'reopen' },
    { kind: 'go', entries: 2, uncommitted: 0 },
  ]
  const hits = await runAndDie({}, steps, Number.POSITIVE_INFINITY)
  for (let number = 0; number < hits.length; number++) await runAndDie({}, steps, number)
  const visited = new Set(hits)
  expect(replicaSites.map(({ name }) => name).filter((name) => !visited.has(name))).toEqual([])
})

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({ entries: fc.integer({ min: 1, max: 8 }), uncommitted: fc.nat(3) })
      .map((shape): Step => ({ kind: 'go', ...shape })),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'snapshot' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'checkpoint' }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }).map((ahead): Step => ({ kind: 'install', ahead })) },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'reopen' }) },
)
const nodeOptions: fc.Arbitrary<NodeOptions> = fc.record({
  machine: fc.record({
    sync: fc.constantFrom('always' as const, 'never' as const),
    segmentBytes: fc.constantFrom(300, 100_000),
    checkpointEntries: fc.constantFrom(5, Number.POSITIVE_INFINITY),
  }),
  replica: fc.record({
    keepEntries: fc.constantFrom(0, 2),
    snapshots: fc.constantFrom(false as const, { entries: 5 }),
  }),
})

test('whoever dies in any history leaves a log and a state that fit, and goes on with them', async () => {
  await fc.assert(
    fc.asyncProperty(
      nodeOptions,
      fc.array(step, { minLength: 1, maxLength: 7 }),
      fc.nat(),
      async (options, steps, at) => {
        const hits = await runAndDie(options, steps, Number.POSITIVE_INFINITY)
        await runAndDie(options, steps, at % (hits.length + 1))
      },
    ),
    propertyParameters(60),
  )
})
