/** That the pages and files for operators agree with the code. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { failureReasons } from '../../src/errors.ts'
import { metricDefinitions } from '../../src/metrics/index.ts'
import { packageVersion } from '../../src/metrics/version.ts'

const root = new URL('../../', import.meta.url)
const text = (path: string) => readFileSync(new URL(path, root), 'utf8')
const rules = text('monitoring/holdfast.rules.yml')
const runbook = text('docs/when-a-write-fails.md')
const alerts = [...rules.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name = '']) => name)
/** Each heading of the third level, and the text below it. */
const sections = new Map(
  runbook
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
)

test('packageVersion is the version in package.json', () => {
  expect(packageVersion).toBe(JSON.parse(text('package.json')).version)
})

describe('docs/metrics.md', () => {
  const page = text('docs/metrics.md')

  test('is what the generator writes', () => {
    const script = fileURLToPath(new URL('scripts/generate-metrics-docs.mjs', root))
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
    expect([status, stderr]).toStrictEqual([0, ''])
  })

  test.each(metricDefinitions)('tells of $name what its definition says', ({ name, help }) => {
    expect(page).toContain(`### \`holdfast_${name}\``)
    expect(page).toContain(help)
  })
})

describe('definitions', () => {
  test('have one name each, and end in _total exactly when they count', () => {
    expect(new Set(metricDefinitions.map(({ name }) => name)).size).toBe(metricDefinitions.length)
    for (const { name, type } of metricDefinitions) {
      expect([name, name.endsWith('_total')]).toStrictEqual([name, type === 'counter'])
    }
  })

  test('of what the event loop cannot update while it hangs say so', () => {
    for (const { name, help } of metricDefinitions) {
      if (!/^(oldest_deferred_age|commit_in_progress)/.test(name)) continue
      expect(help).toContain('blocks the event loop')
    }
  })
})

describe('docs/when-a-write-fails.md', () => {
  test.each([...failureReasons, ...alerts])(
    'says of %s what was done, what to do, and what to check',
    (word) => {
      for (const part of [
        '**What the store did:**',
        '**What the engine must do:**',
        '**What the operator checks:**',
      ]) {
        expect([word, part, sections.get(word)?.includes(part)]).toStrictEqual([word, part, true])
      }
    },
  )

  test('has no other headings', () => {
    expect([...sections.keys()].sort()).toStrictEqual([...failureReasons, ...alerts].sort())
  })
})

describe('monitoring/', () => {
  const known = new Set(metricDefinitions.map(({ name }) => `holdfast_${name}`))
  const unknownIn = (source: string) =>
    [...source.matchAll(/\bholdfast_\w+/g)]
      .map(([name]) => name)
      .filter((name) => !known.has(name) && !known.has(name.replace(/_(bucket|sum|count)$/, '')))
      .filter((name) => !source.includes(`log:${name}`))

  test('there are alerts, each with a summary, a description and the address of its section', () => {
    expect(alerts).toHaveLength(12)
    for (const alert of alerts) {
      const rule = rules.slice(rules.indexOf(`- alert: ${alert}\n`)).split(/\n +- alert: /, 2)[0] ?? ''
      const parts = ['summary: ', 'description: ', 'severity: '].map((part) => rule.includes(part))
      expect([alert, ...parts]).toStrictEqual([alert, true, true, true])
      expect(rule).toContain(`runbook_url: docs/when-a-write-fails.md#${alert.toLowerCase()}\n`)
    }
  })

  test('each alert is tested firing and not firing', () => {
    const tests = text('monitoring/holdfast.test.yml')
    for (const alert of alerts) {
      const cases = [...tests.matchAll(new RegExp(`alertname: ${alert}\\n +exp_alerts:( \\[\\])?\\n`, 'g'))]
      const kinds = new Set(cases.map(([, none]) => none === undefined))
      expect([alert, kinds]).toStrictEqual([alert, new Set([true, false])])
    }
  })

  test('rules and dashboard name metrics that there are', () => {
    expect(unknownIn(rules)).toStrictEqual([])
    expect(unknownIn(text('monitoring/dashboard.json'))).toStrictEqual([])
  })

  test('every metric is in a rule or on the dashboard', () => {
    const shown = rules + text('monitoring/dashboard.json')
    const unseen = metricDefinitions.filter(({ name }) => !new RegExp(`\\bholdfast_${name}`).test(shown))
    expect(unseen).toStrictEqual([])
  })

  test('the dashboard selects data source, job, instance and log, and every query uses them', () => {
    const { templating, panels } = JSON.parse(text('monitoring/dashboard.json'))
    const variables = templating.list.map(({ name }: { name: string }) => name)
    expect(variables).toStrictEqual(['datasource', 'job', 'instance', 'log'])
    const ids = new Set(panels.map(({ id }: { id: number }) => id))
    expect(ids.size).toBe(panels.length)
    for (const { title, targets } of panels) {
      for (const { expr, datasource } of targets) {
        const selectors = [...expr.matchAll(/holdfast_(\w+)(\{[^}]*\})?/g)]
        for (const [, name, labels = ''] of selectors) {
          const wanted = name.startsWith('failpoint') ? ['job', 'instance'] : ['job', 'instance', 'log']
          const found = wanted.filter((label) => labels.includes(`${label}=~"$${label}"`))
          expect([title, found]).toStrictEqual([title, wanted])
        }
        expect(datasource.uid).toBe('$' + '{datasource}')
      }
    }
  })
})
