import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DOMParser } from '@xmldom/xmldom'
import { describe, expect, test } from 'vitest'
import {
  caseOutcomes,
  parseReportTarget,
  reportFormats,
  toHtml,
  toJson,
  toJunit,
  writeReports,
} from '../../../src/conformance/report/index.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'
import { fullReport, story as fullStory } from './full-report.ts'
import { contract, report, result } from './results.ts'

/** Strictly: whatever the parser has to say is an error. */
function parseXml(text: string) {
  const complain = (level: string, message: string): never => {
    throw new Error(`${level}: ${message}`)
  }
  return new DOMParser({ onError: complain }).parseFromString(text, 'text/xml')
}

describe('the report as JUnit', () => {
  const root = parseXml(toJunit(fullReport())).documentElement
  const all = (name: string) => Array.from(root?.getElementsByTagName(name) ?? [])

  test('is XML, also when a store answers markup, control characters and halves of characters', () => {
    const failure = all('failure').find((one) => one.textContent?.includes('owned'))
    expect(failure?.textContent).toBe(
      `</script><script>document.title='owned'</script><img src=x onerror=document.title='owned'> ]]> & "'red`,
    )
  })

  test('has a testcase for every case, under its id and rule', () => {
    expect(all('testcase').map((one) => one.getAttribute('name'))).toContain(
      'LOG-APPEND-001: the rule of LOG-APPEND-001',
    )
    expect(all('testcase')).toHaveLength(12)
  })

  test('counts as its elements do', () => {
    for (const suite of [root, ...all('testsuite')]) {
      const count = (name: string) => String(suite?.getElementsByTagName(name).length)
      expect(suite?.getAttribute('tests')).toBe(count('testcase'))
      expect(suite?.getAttribute('failures')).toBe(count('failure'))
      expect(suite?.getAttribute('errors')).toBe(count('error'))
      expect(suite?.getAttribute('skipped')).toBe(count('skipped'))
    }
    expect(all('failure').map((one) => one.getAttribute('type'))).toEqual([
      'failed',
      'failed',
      'unexpected-pass',
      'failed',
      'failed',
      'failed',
    ])
    expect(all('error').map((one) => one.getAttribute('message'))).toEqual([
      'inconclusive: there is no strace here: install it',
    ])
  })

  test('has the seed, the version of the suites and the verdict as properties, and the replay of a case', () => {
    const properties = all('property').map(
      (one) => `${one.getAttribute('name')}=${one.getAttribute('value')}`,
    )
    expect(properties).toEqual(expect.arrayContaining(['seed=7', 'suiteVersion=1.2.0', 'verdict=broke']))
    expect(properties).toContain("replay=holdfast conform --replay 'hf1:x'")
  })

  test('keeps the lines of a reason', () => {
    expect(all('failure')[0]?.textContent).toBe(
      "AssertionError: 1 is not 2\n+ 1\n- 2\nReplay: holdfast conform --replay 'hf1:x'",
    )
  })
})

describe('the report as JSON', () => {
  const parsed = JSON.parse(toJson(fullReport())) as Record<string, unknown>
  const document = readFileSync(new URL('../../../docs/reports.md', import.meta.url), 'utf8')

  test('says its schema first', () => {
    expect(toJson(fullReport())).toMatch(/^\{\n {2}"schema": 1,\n/)
  })

  test('has no field that the documentation does not explain', () => {
    const fields = new Set<string>(Object.keys(parsed))
    for (const suite of fullReport().suites) {
      for (const one of suite.cases) {
        for (const key of Object.keys(one)) fields.add(key)
        for (const key of Object.keys(one.story ?? {})) fields.add(key)
        for (const operation of one.story?.operations ?? [])
          for (const key of Object.keys(operation)) fields.add(key)
      }
    }
    expect([...fields].filter((field) => !document.includes(`\`${field}\``))).toEqual([])
  })

  test('has no outcome that the documentation does not explain', () => {
    expect(caseOutcomes.filter((outcome) => !document.includes(`| \`${outcome}\` |`))).toEqual([])
  })
})

describe('the report as HTML', () => {
  const page = toHtml(fullReport())

  test('holds no script, and no address that a browser would load', () => {
    expect(page).not.toMatch(/<script/i)
    expect(page).not.toMatch(/<[^>]+\s(src|srcset|action|style)=/i)
    expect(page).not.toMatch(/@import|url\(/i)
    expect(Array.from(page.matchAll(/<[^>]+\shref="([^"]*)"/g), ([, href]) => href?.[0])).not.toContain('h')
  })

  test('says the verdict in words, and draws each story', () => {
    expect(page).toContain('FAILED: a &lt;store&gt; breaks its contract in 5 of 9 cases.')
    expect(page.match(/<svg /g)).toHaveLength(4)
    expect(page).toContain('CRASH: killed at hit 3 of the failpoint log.commit.inside')
  })

  test('says why a story is no shorter, and what its process wrote to standard error', () => {
    expect(page).toContain('<p>shrinking stopped after 20 s at 7 calls; --shrink-time 2m looks further.</p>')
    expect(page).toContain('<pre>Error: the disk is odd &lt;i&gt;</pre>')
  })

  test('says by the first line of a reason which history it draws', () => {
    const reason = 'The shortest history that fails so, on new storage, killed after 1 ack:\n  more'
    const told = result('KILL-1', 'failed', { story: fullStory, reason })
    expect(toHtml(report([contract(told)]))).toContain(
      '<p>The shortest history that fails so, on new storage, killed after 1 ack.</p>',
    )
  })

  test('of a run without failures has none of their parts', () => {
    const good = toHtml(report([contract(result('LOG-APPEND-001', 'passed'))]))
    expect(good).not.toContain('<h2>Failures</h2>')
    expect(good).toContain('OK: a store keeps its contract in all 1 cases.')
  })
})

describe('--report', () => {
  test('takes a format and a file, which may hold an equals sign', () => {
    expect(parseReportTarget('html=out/a=b.html')).toEqual({ format: 'html', file: 'out/a=b.html' })
  })

  test.each(['html', 'html=', 'pdf=x', '=x', ''])('refuses %j, with the formats there are', (text) => {
    expect(() => parseReportTarget(text)).toThrow('give junit=FILE, json=FILE, html=FILE')
  })

  test('writes each file that was asked for, and the directories on the way', () => {
    const directory = temporaryDirectory()
    writeReports(
      fullReport(),
      reportFormats.map((format) => ({ format, file: join(directory, 'deep', format) })),
    )
    const beginnings = reportFormats.map((format) =>
      readFileSync(join(directory, 'deep', format), 'utf8').slice(0, 5),
    )
    expect(beginnings).toEqual(['<?xml', '{\n  "', '<!doc'])
  })
})
