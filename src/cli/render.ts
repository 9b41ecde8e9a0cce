/** The report, as text for people. */
import Table from 'cli-table3'
import { type CaseResult, type ConformReport, type SuiteResult, totalsOf } from '../conformance/index.ts'

/** What failed, what was skipped, and the table of suites. Ends with a newline. */
export function renderReport(report: ConformReport): string {
  const cases = report.suites.flatMap((suite) => suite.cases)
  const failed = cases.filter(({ outcome }) => outcome === 'failed').flatMap(renderCase)
  const skipped = skippedReasons(cases)
  const blocks = [
    failed,
    skipped,
    report.suites.flatMap(renderKill),
    [renderTable(report.suites)],
    [verdict(report)],
  ]
  const text = blocks.filter((block) => block.length > 0).map((block) => block.join('\n'))
  return `${text.join('\n\n')}\n`
}

function renderCase({ id, name, outcome, reason }: CaseResult): string[] {
  const lines = reason === undefined ? [] : reason.split('\n').map((line) => `  ${line}`)
  return [`${outcome.toUpperCase()} ${id}: ${name}`, ...lines, '']
}

/** Cases that were skipped for one reason are told together. */
function skippedReasons(cases: readonly CaseResult[]): string[] {
  const byReason = new Map<string, CaseResult[]>()
  for (const one of cases) {
    if (one.outcome !== 'skipped') continue
    const reason = one.reason ?? 'no reason was given'
    byReason.set(reason, [...(byReason.get(reason) ?? []), one])
  }
  return [...byReason].map(([reason, ones]) => {
    const [first] = ones
    const what =
      ones.length === 1 && first !== undefined ? `${first.id}, ${first.name}` : `${ones.length} cases`
    return `SKIPPED ${what}: ${reason}`
  })
}

function renderKill({ kill }: SuiteResult): string[] {
  if (kill === undefined) return []
  const { failpoint, ack, clock, opening } = kill.killsByKind
  return [
    `Killed ${kill.kills} times: ${failpoint} at failpoints, ${ack} after a number of acks, ${clock} by the clock, ` +
      `${opening} while opening. Seed ${kill.seed}.`,
  ]
}

function renderTable(suites: readonly SuiteResult[]): string {
  const head = [
    'suite',
    'cases',
    'passed',
    'failed',
    'skipped',
    'time',
    'kills',
    'operations',
    'acked commits',
    'lost',
  ]
  const numbers = head.slice(1).map(() => 'right' as const)
  const table = new Table({ head, colAligns: ['left', ...numbers], style: { head: [], border: [] } })
  for (const { name, cases, durationMs, kill } of suites) {
    const { passed, failed, skipped } = totalsOf(cases)
    const figures = [kill?.kills, kill?.operations, kill?.ackedCommits, kill?.lost].map(
      (figure) => figure ?? '',
    )
    table.push([
      name,
      cases.length,
      passed,
      failed,
      skipped,
      `${(durationMs / 1000).toFixed(1)} s`,
      ...figures,
    ])
  }
  return table.toString()
}

function verdict({ adapter, totals: { passed, failed, skipped } }: ConformReport): string {
  if (failed > 0) return `FAILED: ${adapter} breaks its contract in ${failed} of ${passed + failed} cases.`
  if (passed === 0) return `INCONCLUSIVE: nothing of ${adapter} was tried.`
  const rest = skipped > 0 ? ` ${skipped} cases were skipped.` : ''
  return `OK: ${adapter} keeps its contract in all ${passed} cases.${rest}`
}
