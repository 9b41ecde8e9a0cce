/** What GitHub Actions shows of a run: annotations on its page, and a summary. */
import { appendFileSync } from 'node:fs'
import { type CaseResult, isBad, totalsOf } from '../case-result.ts'
import { describeVerdict } from '../describe-verdict.ts'
import type { ConformReport } from '../report.ts'

/** GitHub shows ten of a kind: one is kept to say how many more there are. */
const annotationsMax = 9
/** GitHub takes a summary of 1 MiB, and drops a larger one whole. */
const summaryBytesMax = 900_000
const messageCharactersMax = 4_000

export interface GithubEnvironment {
  readonly GITHUB_ACTIONS?: string | undefined
  /** The file that the summary is appended to. */
  readonly GITHUB_STEP_SUMMARY?: string | undefined
}

/** Does nothing unless GITHUB_ACTIONS is `true`. The runner reads annotations from standard error as well as standard output. */
export function reportToGithub(
  report: ConformReport,
  environment: GithubEnvironment,
  writeLine: (line: string) => void,
): void {
  if (environment.GITHUB_ACTIONS !== 'true') return
  for (const line of githubAnnotations(report)) writeLine(line)
  const file = environment.GITHUB_STEP_SUMMARY
  if (file !== undefined && file !== '') appendFileSync(file, githubSummary(report))
}

/** Lines that the runner takes for commands: one for each of the first nine failures, and one that counts the others. */
export function githubAnnotations(report: ConformReport): string[] {
  const bad = casesOf(report).filter(isBad)
  const lines = bad.slice(0, annotationsMax).map((one) => command(`${one.id}: ${one.name}`, textOf(one)))
  const more = bad.length - lines.length
  if (more === 0) return lines
  return [...lines, command('holdfast conform', `${more} more ${more === 1 ? 'case' : 'cases'} failed`)]
}

/** As Markdown, of 900 kB at most. Ends with a newline. */
export function githubSummary(report: ConformReport): string {
  const { suites, adapter, suiteVersion, seed } = report
  const rows = suites.map(({ name, cases, durationMs }) => {
    const totals = Object.values(totalsOf(cases)).map(String)
    return `| ${[name, ...totals, `${(durationMs / 1000).toFixed(1)} s`].join(' | ')} |`
  })
  const head = ['suite', ...Object.keys(totalsOf([])), 'time']
  const failures = casesOf(report)
    .filter(isBad)
    .flatMap((one) => ['', `### ${inline(one.id)}: ${inline(one.name)}`, '', ...fenced(textOf(one))])
  const lines = [
    `## holdfast conform: ${inline(adapter.name)}`,
    '',
    inline(describeVerdict(report)),
    '',
    `Suites ${suiteVersion}${seed === undefined ? '' : `, seed ${seed}`}.`,
    '',
    `| ${head.join(' | ')} |`,
    `| ${head.map(() => '---').join(' | ')} |`,
    ...rows,
    ...failures,
    '',
  ]
  return cutOff(lines)
}

function casesOf({ suites }: ConformReport): CaseResult[] {
  return suites.flatMap(({ cases }) => cases)
}

function textOf({ reason = 'no reason was given', replay }: CaseResult): string {
  const text = reason.length > messageCharactersMax ? `${reason.slice(0, messageCharactersMax)}...` : reason
  return replay === undefined ? text : `${text}\nReplay: ${replay}`
}

function command(title: string, message: string): string {
  const property = escapeData(title).replace(/:/g, '%3A').replace(/,/g, '%2C')
  return `::error title=${property}::${escapeData(message)}`
}

function escapeData(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')
}

/** Names in a line of Markdown, in which they are no markup. */
function inline(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~]/g, '\\$&').replace(/\s+/g, ' ')
}

/** A fence that is longer than any in the text. */
function fenced(text: string): string[] {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return [`${fence}text`, text, fence]
}

/** Whole lines only, so that no character is cut in two. The fence that a cut leaves open is closed. */
function cutOff(lines: readonly string[]): string {
  const kept: string[] = []
  let bytes = 0
  let fence: string | undefined
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1
    if (bytes > summaryBytesMax) {
      return [...kept, ...(fence === undefined ? [] : [fence]), '', 'The summary is cut off here.', ''].join(
        '\n',
      )
    }
    kept.push(line)
    const [ticks] = /^`{3,}/.exec(line) ?? []
    if (ticks !== undefined) fence = fence === undefined ? ticks : ticks === fence ? undefined : fence
  }
  return kept.join('\n')
}
