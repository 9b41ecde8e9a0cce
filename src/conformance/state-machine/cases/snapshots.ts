/** Snapshots: of one moment, labelled by what is in them. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { SnapshotManifest, StateMachine } from '../../../state-machine/index.ts'
import { at, config, noop, put, viewOf } from '../entries.ts'
import { applySteps, assertRefused, digestOf, transfer } from '../expectations.ts'
import type { StateCase, StateCaseContext } from '../state-case.ts'

type Kind = 'stream' | 'native'

/** A case for each kind of snapshot. */
export function forEachKind(
  make: (kind: Kind, id: string) => Omit<StateCase, 'id'>,
  id: string,
): StateCase[] {
  return [
    { id: `${id}S`, ...make('stream', `${id}S`) },
    { id: `${id}N`, ...make('native', `${id}N`), appliesTo: ({ hasNative }) => hasNative },
  ]
}

/** What a replica that has nothing holds after it was given snapshot `id`. */
async function installedElsewhere(
  { start, newDirectory }: StateCaseContext,
  machine: StateMachine,
  { id }: SnapshotManifest,
): Promise<StateMachine> {
  const other = await start({}, newDirectory())
  await transfer(machine, other, id)
  return other
}

export const snapshotCases: readonly StateCase[] = [
  ...forEachKind(
    (kind) => ({
      rule: `A ${kind} snapshot is of what was applied when it was asked for or later, says so, and holds just that, while chunks are applied`,
      design: [57],
      run: async (context) => {
        const machine = await context.start()
        await applySteps(machine, [put('a', '0'), config('m')])
        const creating = machine.createSnapshot({ kind })
        const states = new Map<number, unknown>([[2, viewOf(machine)]])
        for (let number = 0; number < 20; number++) {
          await applySteps(machine, [put('a', `${number}`), put(`k${number}`, 'v', 1000)])
          states.set(machine.applied().index, viewOf(machine))
        }
        const manifest = await creating
        const { index } = manifest.applied
        assert.ok(index >= 2 && states.has(index), `index ${index} is a chunk boundary`)
        const other = await installedElsewhere(context, machine, manifest)
        assert.deepEqual(viewOf(other), states.get(index))
        assert.deepEqual({ ...other.applied() }, { ...manifest.applied })
      },
    }),
    'SM-SNAP-001',
  ),
  {
    id: 'SM-SNAP-002',
    rule: 'While one is made another is refused, and both go on',
    design: [58],
    run: async ({ start }) => {
      const machine = await start()
      await applySteps(machine, [put('k', 'v')])
      const first = machine.createSnapshot()
      await assertRefused('a second one', () => machine.createSnapshot(), {
        code: 'HOLDFAST_SNAPSHOT',
        kind: 'inProgress',
      })
      await first
      await machine.createSnapshot()
      assert.equal((await machine.listSnapshots()).length, 2)
    },
  },
  ...forEachKind(
    (kind) => ({
      rule: `A ${kind} snapshot that is given up leaves nothing behind`,
      design: [58],
      run: async ({ start, directory }) => {
        const machine = await start()
        await applySteps(machine, [put('k', 'v'.repeat(100_000))])
        const given = new AbortController()
        const creating = machine.createSnapshot({ kind, signal: given.signal })
        given.abort(new Error('given up'))
        await assert.rejects(creating, { message: 'given up' })
        assert.deepEqual(await machine.listSnapshots(), [])
        assert.deepEqual(readdirSync(join(directory, 'snapshots')), [])
        assert.ok(!readdirSync(directory).includes('copy'))
        await machine.createSnapshot({ kind })
      },
    }),
    'SM-SNAP-003',
  ),
  {
    id: 'SM-SNAP-004',
    rule: 'So many are kept as were asked for, the newest, and one that is being read is read to its end',
    design: [59],
    run: async ({ start }) => {
      const machine = await start({ snapshotsKept: 2 })
      const ids: string[] = []
      let reading: Awaited<ReturnType<StateMachine['openSnapshot']>> | undefined
      for (let number = 1; number <= 4; number++) {
        await applySteps(machine, [put('k', `${number}`)])
        ids.unshift((await machine.createSnapshot()).id)
        reading ??= await machine.openSnapshot(ids[0] ?? '')
      }
      assert.deepEqual(
        (await machine.listSnapshots()).map(({ id }) => id),
        ids.slice(0, 2),
      )
      assert.equal((await machine.currentSnapshot())?.id, ids[0])
      let bytes = 0
      assert.ok(reading)
      for await (const block of reading.blocks()) bytes += block.bytes.length
      assert.equal(bytes, reading.manifest.bytes)
      await reading.close()
      await assertRefused('one that is gone', () => machine.openSnapshot(ids[3] ?? ''), {
        code: 'HOLDFAST_SNAPSHOT',
        kind: 'notFound',
      })
    },
  },
  {
    id: 'SM-SNAP-005',
    rule: 'Canonical snapshots of one position are the same bytes, whatever the chunks and whatever was collected',
    design: [24, 47],
    run: async ({ start, newDirectory }) => {
      const steps = [put('a', '1', 10), put('b', '2'), config('m'), at(20, put('c', '3', 50)), noop]
      const whole = await start({}, newDirectory())
      await applySteps(whole, steps)
      const pieces = await start({ collectPerApply: 0 }, newDirectory())
      for (const step of steps) await applySteps(pieces, [step])
      const [one, two] = [await whole.createSnapshot(), await pieces.createSnapshot()]
      assert.deepEqual({ ...two, id: one.id }, one)
    },
  },
  {
    id: 'SM-SNAP-006',
    rule: 'Snapshots are there after reopening and after a crash',
    design: [57],
    run: async ({ start, reopen, crash }) => {
      const machine = await start()
      await applySteps(machine, [put('k', 'v')])
      await machine.flush()
      const manifest = await machine.createSnapshot()
      const again = await reopen(machine)
      assert.deepEqual(await again.currentSnapshot(), manifest)
      assert.deepEqual(await (await crash(again)).listSnapshots(), [manifest])
    },
  },
  ...forEachKind(
    (kind) => ({
      rule: `Closing while a ${kind} snapshot is made ends it, leaves none, and does not end the process`,
      design: ['C14'],
      run: async ({ start, reopen }) => {
        const machine = await start()
        await applySteps(machine, [put('k', 'v'.repeat(1_000_000))])
        const creating = machine.createSnapshot({ kind }).catch((error: unknown) => error)
        const again = await reopen(machine)
        const made = await creating
        const listed = await again.listSnapshots()
        assert.equal(listed.length, made instanceof Error ? 0 : 1)
        assert.equal((await digestOf(again)).at.index, 1)
      },
    }),
    'SM-SNAP-007',
  ),
]
