import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { githubAnnotations, githubSummary, reportToGithub } from '../../../src/conformance/report/index.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'
import { contract, report, result } from './results.ts'

function failing(count: number, reason = 'gone') {
  const cases = Array.from({ length: count }, (_, at) => result(`LOG-X-${at}`, 'failed', { reason }))
  return report([contract(result('LOG-APPEND-001', 'passed'), ...cases)])
}

describe('annotations', () => {
  test('escape what the runner takes for its own', () => {
    const one = result('LOG-X-1', 'failed', { name: 'a, b: 100%', reason: '50% of\r\nit, all: gone' })
    expect(githubAnnotations(report([contract(one)]))).toEqual([
      '::error title=LOG-X-1%3A a%2C b%3A 100%25::50%25 of%0D%0Ait, all: gone',
    ])
  })

  test('are at most ten: the last one counts the others', () => {
    expect(githubAnnotations(failing(9))).toHaveLength(9)
    const lines = githubAnnotations(failing(12))
    expect(lines).toHaveLength(10)
    expect(lines.at(-1)).toBe('::error title=holdfast conform::3 more cases failed')
  })

  test('are none where nothing failed', () => {
    expect(githubAnnotations(failing(0))).toEqual([])
  })
})

describe('the summary', () => {
  test('has the verdict, a table, and each failure in a fence that its text cannot close', () => {
    const text = githubSummary(failing(1, 'before\n````\n# after'))
    expect(text).toContain('FAILED: a store breaks its contract in 1 of 2 cases.')
    expect(text).toContain('| contract | 1 | 1 | 0 | 0 | 0 | 0 | 0 | 0.0 s |')
    expect(text).toContain('`````text\nbefore\n````\n# after\n`````\n')
  })

  test('is cut at 900 kB, at the end of a line, with its fence closed', () => {
    const text = githubSummary(failing(3_000, `${'\u00e9'.repeat(400)}\nx`))
    expect(Buffer.byteLength(text)).toBeLessThan(900_200)
    expect(Buffer.byteLength(text)).toBeGreaterThan(890_000)
    expect(text.endsWith('\nThe summary is cut off here.\n')).toBe(true)
    expect(text.match(/^```/gm)?.length).toSatisfy((count: number) => count % 2 === 0)
  })

  test('takes names for no markup', () => {
    const one = report([contract(result('LOG-X-1', 'failed'))], { adapter: { name: 'a *b* <c>|d' } })
    expect(githubSummary(one)).toContain('## holdfast conform: a \\*b\\* \\<c\\>\\|d')
  })
})

describe('reportToGithub()', () => {
  const lines: string[] = []
  const told = (environment: Parameters<typeof reportToGithub>[1]): string[] => {
    lines.length = 0
    reportToGithub(failing(1), environment, (line) => lines.push(line))
    return [...lines]
  }

  test('does nothing elsewhere', () => {
    expect(told({})).toEqual([])
    expect(told({ GITHUB_ACTIONS: 'false', GITHUB_STEP_SUMMARY: '/nowhere' })).toEqual([])
  })

  test('appends the summary to the file of the step', () => {
    const directory = temporaryDirectory()
    const file = join(directory, 'summary')
    for (let run = 0; run < 2; run++) told({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file })
    expect(lines).toHaveLength(1)
    expect(readFileSync(file, 'utf8').match(/^## holdfast conform/gm)).toHaveLength(2)
  })
})
