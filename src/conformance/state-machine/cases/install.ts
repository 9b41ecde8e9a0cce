/** Another replica's snapshot: received, verified, and put in use, or not at all. */
import assert from 'node:assert/strict'
import { closeSync, openSync, readdirSync, statSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { SnapshotManifest, SnapshotSource, StateMachine } from '../../../state-machine/index.ts'
import { SeededRandom } from '../../random.ts'
import { at, bytes, config, entriesFrom, noop, put, text, viewOf } from '../entries.ts'
import { applyEntries, applySteps, assertRefused, digestOf, transfer } from '../expectations.ts'
import { LogGenerator } from '../history.ts'
import { type StateCase, type StateCaseContext, StateCaseSkippedError } from '../state-case.ts'
import { forEachKind } from './snapshots.ts'

const steps = [put('a', '1'), put('lease', 'x', 100), config('m'), at(10, put('b', 'v'.repeat(3_000)))]

interface Pair {
  readonly source: StateMachine
  readonly target: StateMachine
  readonly manifest: SnapshotManifest
}

/** One with a snapshot, and one with other data that is behind. */
async function pairOf({ start, newDirectory }: StateCaseContext, kind: 'stream' | 'native'): Promise<Pair> {
  const source = await start({}, newDirectory())
  await applySteps(source, steps)
  const manifest = await source.createSnapshot({ kind })
  const target = await start()
  await applySteps(target, [put('old', 'old')])
  return { source, target, manifest }
}

async function blocksOf(machine: StateMachine, id: string): Promise<Uint8Array[]> {
  const source: SnapshotSource = await machine.openSnapshot(id)
  const blocks: Uint8Array[] = []
  for await (const block of source.blocks()) blocks.push(block.bytes)
  await source.close()
  return blocks
}

export const installCases: readonly StateCase[] = [
  ...forEachKind(
    (kind) => ({
      rule: `After a ${kind} snapshot is installed everything is as where it came from, also after reopening, and the log goes on`,
      design: [60, 66],
      run: async (context) => {
        const { source, target, manifest } = await pairOf(context, kind)
        await transfer(source, target, manifest.id)
        const expected = await digestOf(source)
        assert.deepEqual(await digestOf(target), expected)
        assert.deepEqual(viewOf(target), viewOf(source))
        // Whatever is promised of chunks: an install is durable.
        assert.deepEqual(target.durableApplied(), source.applied())
        assert.equal(target.get(bytes('old')), undefined)
        const own = await target.currentSnapshot()
        assert.deepEqual(own && { ...own, id: '' }, { ...manifest, id: '' })
        const again = await context.reopen(target)
        assert.deepEqual(await digestOf(again), expected)
        const more = [at(110, put('c', '3', 50)), at(120, noop)]
        const reports = [await applySteps(source, more), await applySteps(again, more)]
        assert.deepEqual(reports[0], reports[1])
        assert.deepEqual(await digestOf(again), await digestOf(source))
      },
    }),
    'SM-INSTALL-001',
  ),
  ...forEachKind(
    (kind) => ({
      rule: `Until a ${kind} snapshot is in use the old state serves, and then the new one, never a mix`,
      design: [64, 65],
      run: async (context) => {
        const { source, target, manifest } = await pairOf(context, kind)
        const before = viewOf(target)
        const after = viewOf(source)
        const install = await target.beginInstall(manifest)
        for (const [block, piece] of (await blocksOf(source, manifest.id)).entries())
          await install.write(block, piece)
        let isDone = false
        const committing = install.commit().finally(() => {
          isDone = true
        })
        committing.catch(() => undefined)
        const seen = new Set<string>()
        while (!isDone) {
          const view = JSON.stringify(viewOf(target))
          assert.ok(view === JSON.stringify(before) || view === JSON.stringify(after), `a mix: ${view}`)
          seen.add(view)
          await new Promise(setImmediate)
        }
        await committing
        assert.deepEqual(viewOf(target), after)
        assert.ok(seen.has(JSON.stringify(before)))
      },
    }),
    'SM-INSTALL-002',
  ),
  {
    id: 'SM-INSTALL-003',
    rule: 'A chunk that waits while a snapshot is put in use is applied to the new state, or was applied already',
    design: [65],
    run: async ({ start, newDirectory }) => {
      const log = entriesFrom(1, [...steps, noop, put('a', '2'), noop, put('c', '3')])
      const source = await start({}, newDirectory())
      await applyEntries(source, log.slice(0, steps.length))
      const { id } = await source.createSnapshot()
      const target = await start({}, newDirectory())
      const kindOf = (error: { readonly kind?: string }): string => error.kind ?? 'another error'
      const installing = transfer(source, target, id).then(() => 'done', kindOf)
      for (const entry of log) {
        const applied = await applyEntries(target, [entry]).then(({ results }) => results[0]?.code, kindOf)
        assert.ok(['OK', 'ALREADY_APPLIED'].includes(applied ?? ''), applied)
      }
      assert.ok(['done', 'stale'].includes(await installing))
      await applyEntries(source, log)
      assert.deepEqual(await digestOf(target), await digestOf(source))
    },
  },
  {
    id: 'SM-INSTALL-004',
    rule: 'A snapshot that is older than what is applied is refused, and one of the same position changes nothing',
    design: [62],
    run: async (context) => {
      const { source, target, manifest } = await pairOf(context, 'stream')
      await applySteps(target, [noop, noop, noop, noop, noop])
      await assertRefused('an older one', () => target.beginInstall(manifest), {
        code: 'HOLDFAST_SNAPSHOT',
        kind: 'stale',
      })
      const before = await digestOf(source)
      const install = await source.beginInstall(manifest)
      assert.equal(install.have().size, manifest.checksums.length)
      await install.commit()
      assert.deepEqual(await digestOf(source), before)
    },
  },
  {
    id: 'SM-INSTALL-005',
    rule: 'A snapshot of the same position and another chain or term is a divergence',
    design: [62],
    run: async (context) => {
      const { source, target, manifest } = await pairOf(context, 'stream')
      await applySteps(target, [noop, noop, noop])
      const before = await digestOf(target)
      await assertRefused('another chain', () => target.beginInstall(manifest), {
        code: 'HOLDFAST_DIVERGENCE',
        kind: 'chain',
      })
      assert.deepEqual(await digestOf(target), before)
      assert.equal(source.state, 'running')
    },
  },
  {
    id: 'SM-INSTALL-006',
    rule: 'A snapshot of another cluster, other rules, an unknown kind or a later format is refused, and the old state serves',
    design: [62],
    run: async (context) => {
      const { target, manifest } = await pairOf(context, 'stream')
      const before = await digestOf(target)
      const refused = [
        [{ clusterId: 'other' }, { code: 'HOLDFAST_FOREIGN_STATE' }],
        [{ isTtlEnabled: false }, { code: 'HOLDFAST_FOREIGN_STATE' }],
        [{ kind: 'unknown' }, { code: 'HOLDFAST_SNAPSHOT', kind: 'mismatch' }],
        [{ version: 2 }, { code: 'HOLDFAST_FORMAT_VERSION' }],
        [{ checksums: [] }, { code: 'HOLDFAST_INVALID_ARGUMENT' }],
        [{ root: 'x' }, { code: 'HOLDFAST_INVALID_ARGUMENT' }],
      ] as const
      for (const [change, fields] of refused) {
        const changed = { ...manifest, ...change } as SnapshotManifest
        await assertRefused(JSON.stringify(change), () => target.beginInstall(changed), fields)
      }
      assert.deepEqual(await digestOf(target), before)
    },
  },
  ...forEachKind(
    (kind) => ({
      rule: `A block of a ${kind} snapshot that was changed, is short or is of no block is refused when it comes, and the right one is taken`,
      design: [63],
      run: async (context) => {
        const { source, target, manifest } = await pairOf(context, kind)
        const before = await digestOf(target)
        const install = await target.beginInstall(manifest)
        const [block = new Uint8Array()] = await blocksOf(source, manifest.id)
        const flipped = new Uint8Array(block)
        flipped[100] = (flipped[100] ?? 0) ^ 1
        const corrupt = { code: 'HOLDFAST_SNAPSHOT', kind: 'corrupt' }
        await assertRefused('a flipped bit', () => install.write(0, flipped), corrupt)
        await assertRefused('a short block', () => install.write(0, block.subarray(1)), corrupt)
        const argument = { code: 'HOLDFAST_INVALID_ARGUMENT' }
        await assertRefused('no such block', () => install.write(manifest.checksums.length, block), argument)
        await assertRefused('nothing written', () => install.commit(), {
          code: 'HOLDFAST_SNAPSHOT',
          kind: 'incomplete',
        })
        assert.deepEqual(await digestOf(target), before)
        for (const [number, piece] of (await blocksOf(source, manifest.id)).entries())
          await install.write(number, piece)
        await install.commit()
        assert.deepEqual(await digestOf(target), await digestOf(source))
      },
    }),
    'SM-INSTALL-007',
  ),
  ...forEachKind(
    (kind) => ({
      rule: `A manifest that is not that of its ${kind} image is found out before anything is switched`,
      design: [63],
      run: async (context) => {
        const { source, target, manifest } = await pairOf(context, kind)
        const before = await digestOf(target)
        const lie = { ...manifest, applied: { ...manifest.applied, index: manifest.applied.index + 7 } }
        const install = await target.beginInstall(lie)
        for (const [block, piece] of (await blocksOf(source, manifest.id)).entries())
          await install.write(block, piece)
        await assertRefused('a wrong label', () => install.commit(), {
          code: 'HOLDFAST_SNAPSHOT',
          kind: 'mismatch',
        })
        assert.deepEqual(await digestOf(target), before)
        assert.deepEqual(await target.listSnapshots(), [])
        await transfer(source, target, manifest.id)
      },
    }),
    'SM-INSTALL-008',
  ),
  ...forEachKind(
    (kind) => ({
      rule: `A ${kind} snapshot whose file was damaged or cut short is refused where it lies, and an older one is still there`,
      design: [63],
      run: async ({ start, directory }) => {
        for (const damage of ['flip', 'cut', 'extend'] as const) {
          const machine = await start()
          await applySteps(machine, [put('k', 'v')])
          const older = await machine.createSnapshot({ kind })
          await applySteps(machine, [put('k', 'w')])
          const before = new Set(filesIn(directory))
          const newer = await machine.createSnapshot({ kind })
          damageFile(largestOf(filesIn(directory).filter((path) => !before.has(path))), damage)
          await assertRefused(
            damage,
            async () => {
              const source = await machine.openSnapshot(newer.id)
              try {
                for await (const block of source.blocks()) assert.ok(block)
              } finally {
                await source.close()
              }
            },
            { code: 'HOLDFAST_SNAPSHOT' },
          )
          assert.ok((await machine.listSnapshots()).some(({ id }) => id === older.id))
          await blocksOf(machine, older.id)
          await machine.reset()
          await machine.close()
        }
      },
    }),
    'SM-INSTALL-009',
  ),
  {
    id: 'SM-INSTALL-010',
    rule: 'What was received is there after a crash, and only the rest is asked for',
    design: [63, 'C9'],
    run: async (context) => {
      const source = await context.start({}, context.newDirectory())
      const large = Array.from({ length: 30 }, (_, number) => put(`k${number}`, `${number}`.padEnd(100_000)))
      await applySteps(source, large)
      const manifest = await source.createSnapshot()
      const blocks = await blocksOf(source, manifest.id)
      assert.ok(blocks.length >= 3)
      const target = await context.start()
      const install = await target.beginInstall(manifest)
      await install.write(1, blocks[1] ?? new Uint8Array())
      const again = await context.crash(target)
      const resumed = await again.beginInstall(manifest)
      assert.deepEqual([...resumed.have()], [1])
      for (const [block, piece] of blocks.entries()) if (block !== 1) await resumed.write(block, piece)
      await resumed.commit()
      assert.deepEqual(await digestOf(again), await digestOf(source))
    },
  },
  {
    id: 'SM-INSTALL-011',
    rule: 'An installation that is given up leaves nothing, and while one goes on another is refused',
    design: [63],
    run: async (context) => {
      const { source, target, manifest } = await pairOf(context, 'stream')
      const install = await target.beginInstall(manifest)
      await assertRefused('a second one', () => target.beginInstall(manifest), {
        code: 'HOLDFAST_SNAPSHOT',
        kind: 'inProgress',
      })
      await install.abort()
      await install.abort()
      assert.ok(!readdirSync(context.directory).includes('install'))
      await transfer(source, target, manifest.id)
    },
  },
  {
    id: 'SM-INSTALL-012',
    rule: 'A view of the old state goes on showing it after another is in use',
    design: [64],
    run: async (context) => {
      const { source, target, manifest } = await pairOf(context, 'stream')
      const view = target.view()
      await transfer(source, target, manifest.id)
      assert.equal(text(view.get(bytes('old'))?.value ?? bytes('?')), 'old')
      assert.equal(target.get(bytes('old')), undefined)
      view.release()
    },
  },
  {
    id: 'SM-INSTALL-013',
    rule: 'A generated state arrives whole, leases included, and goes on like the one it came from',
    design: [60, 66],
    run: async ({ start, newDirectory }) => {
      const generator = new LogGenerator(new SeededRandom(66, 'install'), { index: 0, term: 0, clock: 0 })
      const source = await start({}, newDirectory())
      const target = await start({}, newDirectory())
      for (let round = 0; round < 4; round++) {
        await applyEntries(source, generator.entries(60))
        await transfer(source, target, (await source.createSnapshot()).id)
        assert.deepEqual(await digestOf(target), await digestOf(source))
        const more = generator.entries(20)
        const reports = [await applyEntries(source, more), await applyEntries(target, more)]
        assert.deepEqual(reports[0]?.results, reports[1]?.results)
      }
      assert.deepEqual(await digestOf(target), await digestOf(source))
    },
  },
  {
    id: 'SM-INSTALL-014',
    rule: 'A snapshot that was overtaken by chunks while it was verified is not put in use',
    design: [62, 65],
    run: async ({ start, newDirectory, failpoints }) => {
      const log = entriesFrom(1, [...steps, noop, put('a', '2')])
      const source = await start({}, newDirectory())
      await applyEntries(source, log.slice(0, steps.length))
      const { id } = await source.createSnapshot()
      const target = await start()
      let applying: Promise<unknown> = Promise.resolve()
      const armed = failpoints.arm('state.install.build', () => {
        applying = applyEntries(target, log)
      })
      await assertRefused('an overtaken one', () => transfer(source, target, id), {
        code: 'HOLDFAST_SNAPSHOT',
        kind: 'stale',
      })
      armed.disarm()
      await applying
      await applyEntries(source, log)
      assert.deepEqual(await digestOf(target), await digestOf(source))
    },
  },
  ...forEachKind(
    (kind) => ({
      rule: `Closing while a ${kind} snapshot is put in use leaves the old state or the new one, and does not end the process`,
      since: '1.2.0',
      design: ['C14'],
      run: async (context) => {
        const source = await context.start({}, context.newDirectory())
        await applySteps(source, steps)
        const { id } = await source.createSnapshot({ kind })
        for (const site of ['state.install.verify', 'state.install.build', 'state.install.publish'])
          await closeInInstall(context, { source, id, site })
      },
    }),
    'SM-INSTALL-015',
  ),
]

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
}

/** What a snapshot lies in, wherever a state machine keeps it. */
function largestOf(paths: readonly string[]): string {
  const [largest] = paths.toSorted((left, right) => statSync(right).size - statSync(left).size)
  if (largest !== undefined) return largest
  throw new StateCaseSkippedError(
    'snapshotFile',
    'A snapshot brings no file of its own that could be damaged',
  )
}

async function closeInInstall(
  context: StateCaseContext,
  { source, id, site }: { readonly source: StateMachine; readonly id: string; readonly site: string },
): Promise<void> {
  const target = await context.start({}, context.newDirectory())
  await applySteps(target, [put('old', 'old')])
  await target.flush()
  const [before, after] = [viewOf(target), viewOf(source)]
  let closing: Promise<void> | undefined
  const armed = context.failpoints.arm(site, () => {
    closing ??= target.close()
  })
  const isDone = await transfer(source, target, id).then(
    () => true,
    () => false,
  )
  armed.disarm()
  assert.ok(closing, `${site} is hit`)
  await closing
  const again = await context.reopen(target)
  const found = JSON.stringify(viewOf(again))
  const legal = isDone ? [after] : [before, after]
  assert.ok(
    legal.some((view) => JSON.stringify(view) === found),
    `closed at ${site}: ${found} is none of ${JSON.stringify(legal)}`,
  )
  // Whatever is left of it is no hindrance.
  if (found === JSON.stringify(before)) await transfer(source, again, id)
  assert.deepEqual(await digestOf(again), await digestOf(source))
  await again.close()
}

function damageFile(path: string, how: 'flip' | 'cut' | 'extend'): void {
  const { size } = statSync(path)
  if (how !== 'flip') {
    truncateSync(path, how === 'cut' ? size - 50 : size + 50)
    return
  }
  const descriptor = openSync(path, 'r+')
  writeSync(descriptor, Uint8Array.of(0x5a, 0xa5), 0, 2, 40)
  closeSync(descriptor)
}
