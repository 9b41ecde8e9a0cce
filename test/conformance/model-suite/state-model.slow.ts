/** State machines with planted bugs, and state machines of another make, by the histories of the model suite. */
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { replayModel, runModelSuite } from '../../../src/conformance/model-suite/index.ts'
import type { CaseResult, ConformReport } from '../../../src/conformance/report/index.ts'
import type { replayToken, runConformance } from '../../../src/conformance/run/index.ts'
import { stateMutants } from '../../state-machine/mutants.ts'
import { plantedStates } from './planted-states.ts'

const built = (await import(new URL('../../../dist/src/conformance/index.js', import.meta.url).href)) as {
  readonly runConformance: typeof runConformance
  readonly replayToken: typeof replayToken
  readonly commandAdapterUrl: (command: string) => Promise<URL>
}

const at = (path: string): URL => new URL(`../../../${path}`, import.meta.url)
const reference = fileURLToPath(at('scripts/line-protocol/state-machine.mjs'))
const broken = fileURLToPath(at('test/conformance/line-protocol/broken-state-machine.mjs'))
const command = (program: string, how = ''): Promise<URL> =>
  built.commandAdapterUrl(`${process.execPath} ${program} ${how}`)

const casesIn = ({ suites }: ConformReport): readonly CaseResult[] => suites.flatMap(({ cases }) => cases)

/** None of them is cut short by the clock. */
const options = { seed: 1, shrinkMs: 600_000 } as const

describe('a state machine that is right answers as the model does:', () => {
  test.each([
    ['on LMDB', 'dist/src/cli/adapters/lmdb-state-machine.js', []],
    ['on files', 'dist/src/cli/adapters/file-state-machine.js', ['native']],
    [
      'on files, which writes checkpoints often',
      'test/state-machine/power-loss-mutants/on-files.mjs',
      ['native'],
    ],
    [
      'on files, which syncs only when it is told',
      'test/state-machine/power-loss-mutants/on-files-lazily.mjs',
      ['native', 'alwaysDurable'],
    ],
  ])('%s', async (_, path, missing) => {
    const report = await built.runConformance(at(path), { suites: ['model'], seed: 2, histories: 45 })
    expectRight(report, missing)
  })

  test.each([
    ['Node', `${process.execPath} ${reference}`],
    ['Python', `python3 ${fileURLToPath(at('scripts/line-protocol/state_machine.py'))}`],
  ])('behind the line protocol, in %s', async (_, program) => {
    const report = await built.runConformance(await built.commandAdapterUrl(program), {
      ...{ suites: ['model'], seed: 2, histories: 6 },
    })
    expectRight(report, ['native', 'alwaysDurable'])
  })
})

function expectRight(report: ConformReport, missing: readonly string[]): void {
  const cases = casesIn(report)
  expect(cases.filter(({ outcome }) => outcome === 'failed').map(({ reason }) => reason)).toEqual([])
  expect(cases.filter(({ outcome }) => outcome === 'passed').map(({ id }) => id)).toEqual([
    ...['MODEL-CALLS', 'MODEL-REOPENS', 'MODEL-CRASHES'],
  ])
  expect(cases.flatMap((one) => one.missing ?? [])).toEqual(missing)
}

describe('a state machine with a planted bug is caught in as few calls as it takes, and again by its token:', () => {
  test.each(plantedStates)('%s, by its %s', async (bug, theme, operations, rule) => {
    const mutant = stateMutants.find((one) => one.bug === bug)
    if (mutant === undefined) throw new Error(`There is no state machine in which ${bug}`)
    const { cases } = await runModelSuite(mutant.createAdapter(), {
      ...{ ...options, themes: [theme], histories: 30 },
    })
    expectCaught(cases[0], operations, rule)
    const again = await replayModel(mutant.createAdapter(), cases[0]?.token ?? '')
    expect(again.cases[0]?.story).toEqual(cases[0]?.story)
  })

  test.each([
    ['recovers-an-old-copy', 'MODEL-CRASHES', 2, 'acked-lost'],
    ['splits-chunks', 'MODEL-CALLS', 2, 'outcome'],
    ['forgets-leases', 'MODEL-CALLS', 1, 'outcome'],
    ['resets-before-install', 'MODEL-CALLS', 2, 'outcome'],
    ['calls-mismatches-done', 'MODEL-CALLS', 1, 'outcome'],
    ['forgets-members', 'MODEL-CALLS', 1, 'outcome'],
  ])('%s, by %s', async (name, id, operations, rule) => {
    await expectFound(at(`test/state-machine/mutant-adapters/${name}.mjs`), { id, operations, rule })
  })

  // Each call takes its time there, and each try processes of its own: nothing is made shorter.
  test.each([
    ['answers every entry as done', 'lies', 'MODEL-CALLS', 'outcome'],
    ['keeps everything in memory', 'forgets', 'MODEL-REOPENS', 'cursor'],
  ])('one behind the line protocol that %s', async (_, how, id, rule) => {
    await expectFound(await command(broken, how), { id, operations: 50, rule }, '0s')
  })
})

interface Expected {
  /** Of the case. */
  readonly id: string
  readonly operations: number
  readonly rule: string
}

async function expectFound(url: URL, { id, operations, rule }: Expected, shrinkTime = '10m'): Promise<void> {
  const histories = shrinkTime === '0s' ? 6 : 45
  const run = { suites: ['model'], seed: 1, histories, shrinkTime } as const
  const failed = casesIn(await built.runConformance(url, run)).find((one) => one.id === id)
  expectCaught(failed, operations, rule)
  expect(failed?.story?.note).toBeUndefined()
  const again = await built.replayToken(url.href, failed?.token ?? '')
  expect(casesIn(again)[0]?.story).toEqual(failed?.story)
  const other = at('dist/src/cli/adapters/file-state-machine.js').href
  await expect(built.replayToken(other, failed?.token ?? '')).rejects.toMatchObject({
    ...{ name: 'ReplayTokenError', kind: 'adapter' },
  })
}

function expectCaught(failed: CaseResult | undefined, operations: number, rule: string): void {
  expect(failed?.outcome).toBe('failed')
  expect(failed?.story?.rules[0]?.rule, failed?.reason).toBe(rule)
  expect(failed?.story?.operations.length, failed?.reason).toBeLessThanOrEqual(operations)
}
