/** What a whole run says about a storage. Pure. */
import { type CaseOutcome, type CaseResult, isBad, type Level, levels } from './case-result.ts'
import { levelOfSuite, type SuiteResult } from './suite-result.ts'

export type Verdict = 'held' | 'broke' | 'inconclusive'

/** Whether anything of a level was tried. */
export interface LevelResult {
  readonly level: Level
  readonly isRun: boolean
  /** Of one that was not: a sentence, without a full stop. */
  readonly why?: string
}

export interface VerdictOptions {
  /** Demand everything: every level, every SHOULD, and no expected failure. Default `false`. */
  readonly certify?: boolean | undefined
  /** Let a case pass that was expected to fail. Default `false`. */
  readonly allowUnexpectedPass?: boolean | undefined
}

/** What a verdict looks at. */
export interface Judged {
  readonly suites: readonly SuiteResult[]
  readonly levels: readonly LevelResult[]
}

/** Something that could have failed. */
const tried: readonly CaseOutcome[] = ['passed', 'failed', 'expected-failure', 'unexpected-pass']

export function levelResults(suites: readonly SuiteResult[]): LevelResult[] {
  return levels.map((level): LevelResult => {
    const cases = suites.flatMap(({ name, cases }) =>
      cases.filter((one) => (one.level ?? levelOfSuite[name]) === level),
    )
    if (cases.some(({ outcome }) => tried.includes(outcome))) return { level, isRun: true }
    const why = cases.find(({ reason }) => reason !== undefined)?.reason ?? 'it was not asked for'
    return { level, isRun: false, why }
  })
}

export function verdictOf({ suites, levels }: Judged, options: VerdictOptions = {}): Verdict {
  const cases = suites.flatMap((suite) => suite.cases)
  if (cases.some((one) => isBreach(one, options))) return 'broke'
  const isIncomplete = options.certify === true && levels.some(({ isRun }) => !isRun)
  if (isIncomplete || cases.some(({ outcome }) => outcome === 'inconclusive')) return 'inconclusive'
  return cases.some(({ outcome }) => tried.includes(outcome)) ? 'held' : 'inconclusive'
}

function isBreach(
  one: CaseResult,
  { certify = false, allowUnexpectedPass = false }: VerdictOptions,
): boolean {
  if (certify && one.outcome === 'expected-failure') return true
  if (!isBad(one)) return false
  if (one.outcome === 'unexpected-pass') return !allowUnexpectedPass
  return certify || one.requirement !== 'SHOULD'
}

/** 0 held, 1 broke, 3 inconclusive: 2 is for a command that was typed wrongly or an adapter that cannot be run. */
export function exitCodeOfVerdict(verdict: Verdict): 0 | 1 | 3 {
  return ({ held: 0, broke: 1, inconclusive: 3 } as const)[verdict]
}
