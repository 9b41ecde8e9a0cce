/**
 * The report as one page: no network, no script. It is read from the top: the verdict, what was run where, then every failure
 * with its picture, then every case.
 */
import { type CaseResult, caseOutcomes, isBad, totalsOf } from '../../case-result.ts'
import { describeVerdict } from '../../describe-verdict.ts'
import type { ConformReport } from '../../report.ts'
import { levelOfSuite, type SuiteResult } from '../../suite-result.ts'
import { escapeText } from '../escape.ts'
import { anchorOf, failureArticle } from './failure.ts'
import { outcomeCell, outcomeWord } from './outcome.ts'
import { style } from './style.ts'

const verdictWords = { held: '\u2713 Held', broke: '\u2717 Broke', inconclusive: '? Inconclusive' } as const

/** Nothing may be loaded, from anywhere. */
const policy = "default-src 'none'; style-src 'unsafe-inline'"

export function toHtml(report: ConformReport): string {
  const { adapter, verdict, suites } = report
  const told = suites.flatMap(({ cases }) => cases.filter((one) => isBad(one) || one.story !== undefined))
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeText(`${adapter.name}: ${verdict}`)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body><main>',
    `<h1>Conformance of ${escapeText(adapter.name)}</h1>`,
    `<div class="verdict ${verdict}"><b>${verdictWords[verdict]}</b>${escapeText(describeVerdict(report))}</div>`,
    factList(report),
    levelTable(report),
    summaryTable(report),
    ...(told.length === 0 ? [] : ['<h2>Failures</h2>', ...told.map(failureArticle)]),
    '<h2>Every case</h2>',
    ...suites.map(suiteDetails),
    '</main></body>',
    '</html>',
    '',
  ].join('\n')
}

function factList(report: ConformReport): string {
  const { adapter, suiteVersion, pinned, seed, host, startedAt, suites } = report
  const durationMs = suites.reduce((sum, suite) => sum + suite.durationMs, 0)
  const promises = Object.entries(adapter.capabilities ?? {}).map(([name, value]) => `${name}: ${value}`)
  const facts: readonly (readonly [string, string | undefined])[] = [
    [
      'Storage',
      [adapter.name, adapter.version, adapter.kind].filter((word) => word !== undefined).join(', '),
    ],
    ['Promises', promises.length === 0 ? undefined : promises.join(', ')],
    ['Suites', `version ${suiteVersion}${pinned === undefined ? '' : `, pinned to ${pinned}`}`],
    ['Seed', seed === undefined ? undefined : String(seed)],
    ['Host', `Node ${host.node}, ${host.platform} ${host.release} ${host.arch}, ${host.cores} cores`],
    ['Started', startedAt],
    ['Took', `${(durationMs / 1000).toFixed(1)} s`],
  ]
  const items = facts.flatMap(([name, value]) =>
    value === undefined ? [] : [`<dt>${name}</dt><dd>${escapeText(value)}</dd>`],
  )
  return `<dl>${items.join('')}</dl>`
}

const levelFinds = {
  api: 'wrong answers, wrong ranges, what a reopened storage forgot',
  kill: 'what is lost or torn when the process dies',
  fault: 'what a failed write leaves behind',
  power: 'a sync that is missing or comes too late',
} as const

function levelTable({ levels }: ConformReport): string {
  const rows = levels.map(
    ({ level, isRun, why = '' }) =>
      `<tr><th scope="row">${level}</th><td>${levelFinds[level]}</td>` +
      `<td>${isRun ? 'run' : `not run: ${escapeText(why.split('\n')[0] ?? '')}`}</td></tr>`,
  )
  const head = '<tr><th scope="col">level</th><th scope="col">finds</th><th scope="col"></th></tr>'
  return `<h2>Levels</h2><div class="wide"><table><thead>${head}</thead><tbody>${rows.join('')}</tbody></table></div>`
}

function summaryTable({ suites }: ConformReport): string {
  const shown = caseOutcomes.filter((outcome) =>
    suites.some(({ cases }) => cases.some((one) => one.outcome === outcome)),
  )
  const heads = ['cases', ...shown.map(outcomeWord), 'time']
  const rows = suites.map(({ name, cases, durationMs }) => {
    const totals = totalsOf(cases)
    const figures = [
      cases.length,
      ...shown.map((outcome) => totals[outcome]),
      `${(durationMs / 1000).toFixed(1)} s`,
    ]
    const cells = figures.map((figure) => `<td class="number">${figure}</td>`)
    return `<tr><th scope="row"><a href="#suite-${name}">${name}</a></th>${cells.join('')}</tr>`
  })
  const head = `<tr><th scope="col">suite</th>${heads.map((one) => `<th scope="col" class="number">${one}</th>`).join('')}</tr>`
  return `<h2>Suites</h2><div class="wide"><table><thead>${head}</thead><tbody>${rows.join('')}</tbody></table></div>`
}

function suiteDetails({ name, cases }: SuiteResult): string {
  const isOpen = cases.some(({ outcome }) => outcome !== 'passed')
  const rows = cases.map(caseRow)
  const head = '<tr><th scope="col">case</th><th scope="col">outcome</th><th scope="col">rule</th></tr>'
  return [
    `<details id="suite-${name}"${isOpen ? ' open' : ''}>`,
    `<summary><h3>${name}</h3> <span class="quiet">level ${levelOfSuite[name]}, ${cases.length} cases</span></summary>`,
    `<div class="wide"><table><thead>${head}</thead><tbody>`,
    ...rows,
    '</tbody></table></div></details>',
  ].join('\n')
}

function caseRow(one: CaseResult): string {
  const { id, name, outcome, reason, missing, story } = one
  const isTold = isBad(one) || story !== undefined
  const shownId = isTold ? `<a href="#${anchorOf(id)}">${escapeText(id)}</a>` : escapeText(id)
  const why = isTold ? undefined : (reason?.split('\n')[0] ?? missing?.join(', '))
  const said = why === undefined ? '' : `<p class="quiet">${escapeText(why)}</p>`
  return `<tr><td class="id">${shownId}</td><td>${outcomeCell(outcome)}</td><td>${escapeText(name)}${said}</td></tr>`
}
