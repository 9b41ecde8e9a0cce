/** The suites as tests of a runner: one for each case of the contract, and one for each suite that generates its own. */

import type { LogAdapter } from '../adapter.ts'
import { type ContractCase, casesFor, missingIn, runContractCase } from '../contract/index.ts'
import { bridgeLogAdapter, describeAdapter } from '../kit/index.ts'
import { describeMissing, describeVerdict, isBad, type SuiteName } from '../report/index.ts'
import { type ConformanceOptions, runConformance, selectCases, suitesOf, whyNotRun } from '../run/index.ts'

type RunnersOwn =
  | 'onProgress'
  | 'signal'
  | 'certify'
  | 'suiteVersion'
  | 'expectations'
  | 'allowUnexpectedPass'

/** As of {@link runConformance}, but for what a runner does in its own way. */
export interface DoorOptions extends Omit<ConformanceOptions, RunnersOwn> {
  /** Default: `['api', 'kill']`. */
  readonly levels?: ConformanceOptions['levels']
  /** How long a test may take. Default: a minute for a case, and half an hour for a suite. */
  readonly timeoutMs?: number | undefined
}

/** What a runner is told to run. */
export interface DoorTest {
  /** The case's id and its rule, or the suite. */
  readonly name: string
  readonly timeoutMs: number
  /** Why it says nothing here: a promise that is not made. */
  readonly skip: string | undefined
  /** Throws, or rejects, when the storage breaks the rule. */
  readonly run: () => Promise<void>
}

export interface DoorTests {
  /** What the tests are about. */
  readonly title: string
  readonly tests: readonly DoorTest[]
}

const caseMsMax = 60_000
const suiteMsMax = 1_800_000

/** @throws {AdapterError} the module cannot be loaded, or exports no adapter */
export function doorTests(adapterUrl: URL | string, options: DoorOptions = {}): DoorTests {
  const url = String(adapterUrl)
  const description = describeAdapter(url)
  const adapter = bridgeLogAdapter(url, description)
  const given = { levels: ['api', 'kill'] as const, ...options }
  const tests = suitesOf(given).flatMap((suite): readonly DoorTest[] =>
    suite === 'contract' ? caseTests(adapter, given) : [suiteTest(suite, { adapter, url, options: given })],
  )
  return { title: `${description.name}: conformance`, tests }
}

function caseTests(adapter: LogAdapter, { filter, timeoutMs = caseMsMax }: DoorOptions): DoorTest[] {
  const cases = casesFor(adapter)
  const selected = filter === undefined ? cases : selectCases(filter, cases)
  return selected.map((one) => ({
    name: `${one.id}: ${one.rule}`,
    timeoutMs,
    skip: whySkipped(adapter, one),
    run: async () => runContractCase(adapter, one),
  }))
}

function whySkipped(adapter: LogAdapter, { requires = [] }: ContractCase): string | undefined {
  const missing = missingIn(adapter, requires)
  return missing.length === 0 ? undefined : describeMissing(adapter, missing)
}

interface SuiteSurroundings {
  readonly adapter: LogAdapter
  readonly url: string
  readonly options: DoorOptions
}

function suiteTest(suite: SuiteName, { adapter, url, options }: SuiteSurroundings): DoorTest {
  const { timeoutMs = suiteMsMax, levels: _, ...rest } = options
  const run = async (): Promise<void> => {
    const report = await runConformance(url, { ...rest, suites: [suite] })
    if (report.verdict !== 'broke') return
    const bad = report.suites.flatMap(({ cases }) => cases.filter(isBad))
    const told = bad.map(({ id, name, reason = '' }) => `${id}: ${name}\n${reason}`)
    throw new Error([describeVerdict(report), ...told].join('\n\n'))
  }
  const skip = whyNotRun(suite, adapter)?.cases[0]?.reason
  return { name: `the ${suite} suite`, timeoutMs, skip, run }
}
