/** A medium that refuses, a process that dies: what is left is one moment of the log. */
import assert from 'node:assert/strict'
import { HoldfastError } from '../../../errors.ts'
import type { SnapshotInstall, StateMachine } from '../../../state-machine/index.ts'
import { SeededRandom } from '../../random.ts'
import { at, bytes, cas, noop, put, realEntry, viewOf } from '../entries.ts'
import { applyEntries, applySteps, assertRefused, assertState, digestOf, transfer } from '../expectations.ts'
import { cut, LogGenerator } from '../history.ts'
import { StateModel } from '../model.ts'
import type { StateCase, StateCaseContext } from '../state-case.ts'

export const faultCases: readonly StateCase[] = [
  {
    id: 'SM-FAULT-001',
    rule: 'A chunk that the full disk refuses changes nothing, and is applied when there is room',
    design: [69],
    run: async ({ start, failpoints }) => {
      const machine = await start()
      await applySteps(machine, [put('k', 'v')])
      const before = await digestOf(machine)
      const armed = failpoints.arm('state.apply.before', 'return(ENOSPC)')
      const refused = { code: 'HOLDFAST_WRITE_FAILED', reason: 'no_space', inDoubt: false }
      await assertRefused('a full disk', () => applySteps(machine, [put('k', 'w')]), refused)
      assert.deepEqual(await digestOf(machine), before)
      armed.disarm()
      await applySteps(machine, [put('k', 'w')])
      assert.equal(machine.applied().index, 2)
    },
  },
  {
    id: 'SM-FAULT-002',
    rule: 'When it is not known what became of a chunk, nothing is answered any more until it is opened again',
    design: ['C2', 'C17'],
    run: async ({ start, failpoints, reopen }) => {
      const machine = await start()
      await applySteps(machine, [put('k', 'v')])
      await machine.flush()
      const armed = failpoints.arm('state.apply.after', 'return')
      const waiting = assertRefused('waiting', () => machine.waitApplied(9), { code: 'HOLDFAST_POISONED' })
      await assertRefused('in doubt', () => applySteps(machine, [put('k', 'w')]), {
        code: 'HOLDFAST_WRITE_FAILED',
        inDoubt: true,
      })
      armed.disarm()
      await waiting
      assert.equal(machine.state, 'failed')
      const poisoned = { code: 'HOLDFAST_POISONED' }
      await assertRefused('reading', () => machine.get(bytes('k')), poisoned)
      await assertRefused('applying', () => machine.applyChunk([]), poisoned)
      await assertRefused('flushing', () => machine.flush(), poisoned)
      const again = await reopen(machine)
      const { index } = again.applied()
      assert.ok(index === 1 || index === 2)
      await applyEntries(again, [{ index: index + 1, term: 1, command: noop }])
    },
  },
  {
    id: 'SM-FAULT-003',
    rule: 'Wherever a process dies, what is left is a chunk boundary from the last durable one on, and the log goes on from there',
    design: ['C1', 'C2', 'C3', 'C5', 'C6', 'C7', 'C12'],
    run: async (context) => {
      for (const site of await sitesHit(context)) {
        for (const hit of [1, 2, 5]) await dieAt(context, site, hit)
      }
    },
  },
  {
    id: 'SM-FAULT-004',
    rule: 'A log of swaps that a crash cut anywhere, and that is handed in again, comes out the same',
    design: ['C12', 34],
    run: async ({ start, newDirectory, crash }) => {
      const log = [
        put('k', 'A'),
        cas('k', 'B', 'C'),
        cas('k', 'A', 'B'),
        cas('k', 'B', 'D'),
        cas('k', 'A', 'E'),
      ]
      const entries = log.map((command, offset) => ({ index: offset + 1, term: 1, command }))
      const straight = await start({}, newDirectory())
      await applyEntries(straight, entries)
      for (let crashAfter = 1; crashAfter < log.length; crashAfter++) {
        let machine = await start({}, newDirectory())
        for (const entry of entries.slice(0, crashAfter)) await applyEntries(machine, [entry])
        machine = await crash(machine)
        // From the beginning: what is applied already must not be decided again.
        await applyEntries(machine, entries)
        assert.deepEqual(await digestOf(machine), await digestOf(straight), `after ${crashAfter}`)
      }
    },
  },
  {
    id: 'SM-FAULT-005',
    rule: 'A crash between a clock that passes leases and their collection leaves the same state',
    design: ['C13'],
    run: async ({ start, crash, newDirectory }) => {
      const steps = [put('a', '1', 10), put('b', '2', 20), at(15, noop), put('a', '3', 100), at(40, noop)]
      const straight = await start({}, newDirectory())
      await applySteps(straight, steps)
      let machine = await start({ collectPerApply: 0 })
      for (const [offset, step] of steps.entries()) {
        await applySteps(machine, [step])
        await machine.flush()
        machine = await crash(machine)
        if (offset % 2 === 1) await machine.collectExpired(10)
      }
      assert.deepEqual(await digestOf(machine), await digestOf(straight))
      assert.deepEqual(machine.size(), straight.size())
    },
  },
  {
    id: 'SM-FAULT-006',
    rule: 'Wherever an installation dies, the state is entirely the old or entirely the new one',
    design: ['C9', 'C10'],
    run: (context) =>
      dieWhileReplacing(context, async (target, source) => {
        await transfer(source, target, (await source.currentSnapshot())?.id ?? '')
      }),
  },
  {
    id: 'SM-FAULT-007',
    rule: 'Wherever a reset dies, the state is entirely the old one or empty, with no snapshots left when it is empty',
    design: ['C11', 67],
    run: (context) => dieWhileReplacing(context, (target) => target.reset()),
  },
  {
    id: 'SM-FAULT-008',
    rule: 'Wherever a snapshot dies, none is listed that cannot be read, and the state is as it was',
    design: ['C8'],
    run: async (context) => {
      const kinds = context.adapter.hasNative ? (['stream', 'native'] as const) : (['stream'] as const)
      for (const kind of kinds) {
        const sites = await sitesHitBy(context, async (machine) => {
          await applySteps(machine, [put('k', 'v')])
          await machine.createSnapshot({ kind })
        })
        for (const site of sites.filter((name) => name.includes('snapshot') || name.includes('copy'))) {
          await dieInSnapshot(context, site, kind)
        }
      }
    },
  },
  {
    id: 'SM-FAULT-009',
    rule: 'What fails while a snapshot is installed is told as an error of its own, and the old state serves, or nothing does until it is opened again',
    since: '1.2.0',
    design: ['C10'],
    run: async (context) => {
      const kinds = context.adapter.hasNative ? (['stream', 'native'] as const) : (['stream'] as const)
      for (const kind of kinds) {
        const source = await context.start({}, context.newDirectory())
        await applySteps(source, [put('new', '1'), put('lease', '2', 50), noop])
        const { id } = await source.createSnapshot({ kind })
        const sites = await sitesHitBy(context, (machine) =>
          transfer(source, machine, id).then(() => undefined),
        )
        for (const [at, site] of sites.entries())
          await failInInstall(context, { source, id, site, error: at % 2 === 0 ? 'EIO' : 'ENOSPC' })
      }
    },
  },
]

interface FailedInstall {
  readonly source: StateMachine
  readonly id: string
  readonly site: string
  readonly error: string
}

async function failInInstall(
  context: StateCaseContext,
  { source, id, site, error }: FailedInstall,
): Promise<void> {
  const where = `${error} at ${site}`
  const machine = await context.start({}, context.newDirectory())
  await applySteps(machine, [put('old', '1', 70)])
  await machine.flush()
  const before = viewOf(machine)
  const armed = context.failpoints.arm(site, `1*return(${error})`)
  let install: SnapshotInstall | undefined
  const thrown: unknown = await receive(source, machine, id, (begun) => {
    install = begun
  }).catch((caught: unknown) => caught)
  armed.disarm()
  if (thrown !== undefined && !(thrown instanceof HoldfastError)) throw thrown
  const hasFailed = machine.state === 'failed'
  if (thrown !== undefined && !hasFailed) {
    assert.deepEqual(viewOf(machine), before, `${where}: the old state serves`)
    assert.equal((await applySteps(machine, [noop])).results[0]?.code, 'OK', where)
    await install?.abort()
  }
  const again = hasFailed ? await context.reopen(machine) : machine
  const isOld = again.get(bytes('old')) !== undefined
  if (hasFailed && isOld) assert.deepEqual(viewOf(again), before, where)
  assert.ok(thrown !== undefined || !isOld, `${where}: an installation that succeeded is in use`)
  if (isOld) await transfer(source, again, id)
  assert.deepEqual(viewOf(again), viewOf(source), where)
  await again.close()
}

/** As `transfer`, and tells of the installation when it is begun. */
async function receive(
  source: StateMachine,
  machine: StateMachine,
  id: string,
  onBegun: (install: SnapshotInstall) => void,
): Promise<void> {
  const sent = await source.openSnapshot(id)
  try {
    const install = await machine.beginInstall(sent.manifest)
    onBegun(install)
    for await (const { block, bytes } of sent.blocks()) await install.write(block, bytes)
    await install.commit()
  } finally {
    await sent.close()
  }
}

/** What dies at one hit of a site, and leaves all others alone. */
function dieAtHit(hit: number): string {
  return hit === 1 ? '1*throw(died)' : `${hit - 1}*off->1*throw(died)`
}

/** Sites of state machines and snapshots that `work` hits, in the order of their names. */
async function sitesHitBy(
  context: StateCaseContext,
  work: (machine: StateMachine) => Promise<void>,
): Promise<string[]> {
  const machine = await context.start({}, context.newDirectory())
  const before = new Map(context.failpoints.sites().map(({ name, hits }) => [name, hits]))
  context.failpoints.countHits(true)
  await work(machine)
  context.failpoints.countHits(false)
  await machine.close()
  return context.failpoints
    .sites()
    .filter(
      ({ name, hits }) =>
        hits > (before.get(name) ?? 0) && !name.endsWith('.read') && !name.endsWith('.open'),
    )
    .map(({ name }) => name)
}

function sitesHit(context: StateCaseContext): Promise<string[]> {
  return sitesHitBy(context, async (machine) => {
    for (const chunk of cut(logOf(3), new SeededRandom(3, 'cut'), 6)) await applyEntries(machine, chunk)
    await machine.checkpoint()
  })
}

function logOf(seed: number): ReturnType<LogGenerator['entries']> {
  return new LogGenerator(new SeededRandom(seed, 'death'), { index: 0, term: 0, clock: 0 }).entries(40)
}

async function dieAt(context: StateCaseContext, site: string, hit: number): Promise<void> {
  const log = logOf(hit)
  const chunks = cut(log, new SeededRandom(hit, site), 6)
  const directory = context.newDirectory()
  const machine = await context.start({}, directory)
  const armed = context.failpoints.arm(site, dieAtHit(hit))
  let durable = 0
  try {
    for (const [number, chunk] of chunks.entries()) {
      await applyEntries(machine, chunk)
      if (number % 2 === 1) await machine.checkpoint()
      durable = machine.durableApplied().index
    }
  } catch {
    // It died.
  }
  armed.disarm()
  const where = `${site}, hit ${hit}`
  const again = await context.crash(machine)
  const { index } = again.applied()
  const boundaries = [0, ...chunks.map((chunk) => chunk.at(-1)?.index ?? 0)]
  assert.ok(boundaries.includes(index), `${where}: ${index} is a chunk boundary`)
  assert.ok(index >= durable, `${where}: ${index} is not before ${durable}, which was durable`)
  const model = new StateModel()
  for (const entry of log.slice(0, index)) model.apply(entry)
  assertState(again, model)
  const { results } = await again.applyChunk(log.map(realEntry))
  const expected = log.slice(index).map((entry) => model.apply(entry).code)
  assert.deepEqual(
    results.map(({ code }) => code),
    [...Array<string>(index).fill('ALREADY_APPLIED'), ...expected],
    where,
  )
  assertState(again, model)
  await again.close()
}

async function dieWhileReplacing(
  context: StateCaseContext,
  replace: (target: StateMachine, source: StateMachine) => Promise<void>,
): Promise<void> {
  const source = await context.start({}, context.newDirectory())
  await applySteps(source, [put('new', '1'), put('lease', '2', 50), noop])
  await source.createSnapshot()
  const prepare = async (machine: StateMachine): Promise<void> => {
    await applySteps(machine, [put('old', '1', 70)])
    await machine.createSnapshot()
  }
  const replaced = await context.start({}, context.newDirectory())
  await prepare(replaced)
  await replace(replaced, source)
  const after = viewOf(replaced)
  const sites = await sitesHitBy(context, async (machine) => {
    await prepare(machine)
    await replace(machine, source)
  })
  for (const site of sites.filter((name) => !name.startsWith('state.apply'))) {
    for (const hit of [1, 2]) {
      const machine = await context.start({}, context.newDirectory())
      await prepare(machine)
      await machine.flush()
      const before = viewOf(machine)
      const armed = context.failpoints.arm(site, dieAtHit(hit))
      const isDone = await replace(machine, source).then(
        () => true,
        () => false,
      )
      armed.disarm()
      const again = await context.crash(machine)
      const found = JSON.stringify(viewOf(again))
      const legal = isDone ? [after] : [before, after]
      assert.ok(
        legal.some((view) => JSON.stringify(view) === found),
        `${site}, hit ${hit}: ${found} is none of ${JSON.stringify(legal)}`,
      )
      for (const { id, applied } of await again.listSnapshots()) {
        assert.ok(again.applied().index > 0, `${site}: a snapshot of ${applied.index} outlived the reset`)
        const reading = await again.openSnapshot(id)
        for await (const block of reading.blocks()) assert.ok(block)
        await reading.close()
      }
      if (JSON.stringify(before) === found) await replace(again, source)
      assert.deepEqual(viewOf(again), after)
      await again.close()
    }
  }
}

async function dieInSnapshot(
  context: StateCaseContext,
  site: string,
  kind: 'stream' | 'native',
): Promise<void> {
  const machine = await context.start({}, context.newDirectory())
  await applySteps(machine, [put('k', 'v')])
  await machine.flush()
  const before = await digestOf(machine)
  const armed = context.failpoints.arm(site, '1*throw(died)')
  await machine.createSnapshot({ kind }).catch(() => undefined)
  armed.disarm()
  const again = await context.crash(machine)
  assert.deepEqual(await digestOf(again), before, site)
  for (const { id, applied } of await again.listSnapshots()) {
    assert.equal(applied.index, 1)
    const reading = await again.openSnapshot(id)
    for await (const block of reading.blocks()) assert.ok(block)
    await reading.close()
  }
  await again.createSnapshot({ kind })
  await again.close()
}
