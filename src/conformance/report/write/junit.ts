/**
 * The report as JUnit XML, as most servers read it. An expected failure is `skipped`, with the reason as message; an unexpected
 * pass is a `failure`; what could not be tried is an `error`, because it is no pass.
 */
import type { CaseOutcome, CaseResult } from '../case-result.ts'
import { describeVerdict } from '../describe-verdict.ts'
import type { ConformReport } from '../report.ts'
import type { SuiteResult } from '../suite-result.ts'
import { escapeAttribute, escapeText } from './escape.ts'

type Element = 'failure' | 'error' | 'skipped'

const elements: Readonly<Record<CaseOutcome, Element | undefined>> = {
  passed: undefined,
  failed: 'failure',
  'unexpected-pass': 'failure',
  inconclusive: 'error',
  skipped: 'skipped',
  'expected-failure': 'skipped',
  'not-counted': 'skipped',
}

/** Ends with a newline. */
export function toJunit(report: ConformReport): string {
  const { suites, adapter } = report
  const cases = suites.flatMap((suite) => suite.cases)
  const durationMs = suites.reduce((sum, suite) => sum + suite.durationMs, 0)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    open('testsuites', {
      name: `holdfast conform: ${adapter.name}`,
      ...counts(cases),
      time: seconds(durationMs),
    }),
    ...suites.flatMap((suite) => suiteLines(suite, report)),
    '</testsuites>',
    '',
  ].join('\n')
}

type Attributes = Readonly<Record<string, string | number | undefined>>

function suiteLines({ name, cases, durationMs }: SuiteResult, report: ConformReport): string[] {
  const timestamp = report.startedAt?.replace(/\.\d+Z$/, '')
  return [
    `  ${open('testsuite', { name, ...counts(cases), time: seconds(durationMs), timestamp })}`,
    ...propertyLines(propertiesOf(report), '    '),
    ...cases.flatMap((one) => caseLines(one, name)),
    '  </testsuite>',
  ]
}

/** The same in each suite: servers show nothing else beside it. */
function propertiesOf(report: ConformReport): Attributes {
  const { adapter, suiteVersion, seed, host, verdict, pinned } = report
  return {
    ...{ adapter: adapter.name, 'adapter.version': adapter.version, suiteVersion, pinned, seed },
    ...{ node: host.node, platform: `${host.platform} ${host.arch}`, cores: host.cores },
    ...{ verdict, 'verdict.text': describeVerdict(report) },
  }
}

function caseLines(one: CaseResult, suite: string): string[] {
  const attributes = {
    name: `${one.id}: ${one.name}`,
    classname: `holdfast.${suite}`,
    time: seconds(one.durationMs),
  }
  const { outcome, level, requirement, token, replay } = one
  const properties = propertyLines({ id: one.id, outcome, level, requirement, token, replay }, '      ')
  return [`    ${open('testcase', attributes)}`, ...properties, ...outcomeLines(one), '    </testcase>']
}

function outcomeLines({ outcome, reason, missing, replay }: CaseResult): string[] {
  const element = elements[outcome]
  if (element === undefined) return []
  const said = reason ?? (missing === undefined ? outcome : `it does not promise ${missing.join(', ')}`)
  const message = `${outcome === 'failed' || outcome === 'skipped' ? '' : `${outcome}: `}${said.split('\n')[0]}`
  // Nothing stands in a `skipped` but its message: some readers refuse it.
  if (element === 'skipped') return [`      ${open('skipped', { message })}</skipped>`]
  const body = replay === undefined ? said : `${said}\nReplay: ${replay}`
  return [`      ${open(element, { message, type: outcome })}${escapeText(body)}</${element}>`]
}

function propertyLines(properties: Attributes, indent: string): string[] {
  const lines = Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${indent}  ${open('property', { name, value })}</property>`)
  return [`${indent}<properties>`, ...lines, `${indent}</properties>`]
}

function counts(cases: readonly CaseResult[]): Attributes {
  const count = (element: Element): number =>
    cases.filter(({ outcome }) => elements[outcome] === element).length
  return {
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
  }
}

function open(name: string, attributes: Attributes): string {
  const words = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeAttribute(String(value))}"`)
  return `<${name}${words.join('')}>`
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}
