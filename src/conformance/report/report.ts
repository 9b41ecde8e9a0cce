/** What a conformance run found. Plain values, fit for JSON. */
import { type CaseResult, type Totals, totalsOf } from './case-result.ts'
import { applyExpectations, type Expectation } from './expectations.ts'
import { describeHost, type Host } from './host.ts'
import type { SuiteResult } from './suite-result.ts'
import { isNewerThan, suiteVersion } from './suite-version.ts'
import { type LevelResult, levelResults, type Verdict, type VerdictOptions, verdictOf } from './verdict.ts'

/** The form of the report as JSON. It goes up when a field goes away or changes what it means, not when one is added. */
export const reportSchema = 1

export interface ReportedAdapter {
  readonly name: string
  /** Of the storage, as its adapter says. */
  readonly version?: string | undefined
  readonly kind?: string | undefined
  /** What is promised, by the name of the promise. */
  readonly capabilities?: Readonly<Record<string, string | boolean>> | undefined
}

export interface ConformReport {
  readonly schema: typeof reportSchema
  readonly suiteVersion: string
  /** The version of the suites that newer cases were not counted against. */
  readonly pinned?: string
  readonly adapter: ReportedAdapter
  readonly host: Host
  /** Makes the same run again. */
  readonly seed?: number
  /** ISO 8601, in UTC. */
  readonly startedAt?: string
  readonly suites: readonly SuiteResult[]
  readonly totals: Totals
  readonly levels: readonly LevelResult[]
  readonly verdict: Verdict
  /** Whether every level was demanded. */
  readonly isCertified: boolean
}

export interface ReportInput extends VerdictOptions {
  readonly adapter: ReportedAdapter
  readonly suites: readonly SuiteResult[]
  readonly seed?: number | undefined
  readonly startedAt?: Date | undefined
  /** `1`, `1.2` or `1.2.3`: cases that came later are listed and not counted. Default: none is. */
  readonly pinned?: string | undefined
  /** Default: none. */
  readonly expectations?: readonly Expectation[] | undefined
  /** Default: this one. */
  readonly host?: Host | undefined
}

export function createReport(input: ReportInput): ConformReport {
  const { adapter, seed, startedAt, pinned, expectations = [], host = describeHost() } = input
  const expected = applyExpectations(input.suites, expectations)
  const suites = pinned === undefined ? expected : expected.map((suite) => pin(suite, pinned))
  const levels = levelResults(suites)
  return {
    schema: reportSchema,
    suiteVersion,
    ...(pinned !== undefined && { pinned }),
    adapter,
    host,
    ...(seed !== undefined && { seed }),
    ...(startedAt !== undefined && { startedAt: startedAt.toISOString() }),
    suites,
    totals: totalsOf(suites.flatMap(({ cases }) => cases)),
    levels,
    verdict: verdictOf({ suites, levels }, input),
    isCertified: input.certify === true,
  }
}

/** What a newer case found is still told, as its reason. */
function pin(suite: SuiteResult, pinned: string): SuiteResult {
  return { ...suite, cases: suite.cases.map((one) => pinCase(one, pinned)) }
}

function pinCase(one: CaseResult, pinned: string): CaseResult {
  if (one.since === undefined || !isNewerThan(one.since, pinned)) return one
  const found = `new in ${one.since}, and not counted by suite ${pinned}: it has ${one.outcome}`
  return {
    ...one,
    outcome: 'not-counted',
    reason: one.reason === undefined ? found : `${found}\n${one.reason}`,
  }
}
