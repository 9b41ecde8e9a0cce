import { describe, expect, test } from 'vitest'
import {
  describeVerdict,
  exitCodeOfVerdict,
  inconclusiveSuite,
  isNewerThan,
  levels,
  skippedSuite,
  suiteVersion,
} from '../../../src/conformance/report/index.ts'
import { contract, report, result } from './results.ts'

const passed = result('LOG-APPEND-001', 'passed')
const failed = result('LOG-APPEND-002', 'failed', { reason: 'AssertionError: 1 is not 2' })

describe('the verdict', () => {
  test('is held, and 0, when all that was tried passed', () => {
    const { verdict, totals } = report([contract(passed)])
    expect(verdict).toBe('held')
    expect(exitCodeOfVerdict(verdict)).toBe(0)
    expect(totals).toMatchObject({ passed: 1, failed: 0 })
  })

  test('is broke, and 1, when anything failed', () => {
    expect(report([contract(passed, failed)]).verdict).toBe('broke')
    expect(exitCodeOfVerdict('broke')).toBe(1)
  })

  test('is inconclusive, and 3, when a level cannot run on this host, whatever passed', () => {
    const { verdict } = report([contract(passed), inconclusiveSuite('power-loss', 'there is no strace')])
    expect(verdict).toBe('inconclusive')
    expect(exitCodeOfVerdict(verdict)).toBe(3)
  })

  test('is inconclusive when nothing was tried', () => {
    expect(report([]).verdict).toBe('inconclusive')
    expect(report([contract(result('LOG-APPEND-001', 'skipped'))]).verdict).toBe('inconclusive')
  })

  test('is held beside a suite for which a promise is missing', () => {
    expect(report([contract(passed), skippedSuite('kill', 'in memory', ['survivesProcess'])]).verdict).toBe(
      'held',
    )
  })

  test('is broke before it is inconclusive', () => {
    expect(report([contract(failed), inconclusiveSuite('kill', 'no')]).verdict).toBe('broke')
  })

  test('is not broken by a SHOULD, unless a certificate is asked for', () => {
    const suites = [contract(passed, result('LOG-APPEND-003', 'failed', { requirement: 'SHOULD' }))]
    expect(report(suites).verdict).toBe('held')
    expect(report(suites, { certify: true }).verdict).toBe('broke')
  })

  test('of a certificate is inconclusive until every level was run', () => {
    expect(report([contract(passed)], { certify: true }).verdict).toBe('inconclusive')
    const all = levels.map((level) => result(`LOG-APPEND-${level}`, 'passed', { level }))
    expect(report([contract(...all)], { certify: true }).verdict).toBe('held')
  })
})

test('levels say why they were not run', () => {
  const { levels } = report([contract(passed), inconclusiveSuite('power-loss', 'there is no strace')])
  expect(levels).toEqual([
    { level: 'api', isRun: true },
    { level: 'kill', isRun: false, why: 'it was not asked for' },
    { level: 'fault', isRun: false, why: 'it was not asked for' },
    { level: 'power', isRun: false, why: 'there is no strace' },
  ])
})

test('a report says what made it', () => {
  const startedAt = new Date('2026-11-21T10:00:00Z')
  expect(report([contract(passed)], { startedAt })).toMatchObject({
    ...{ schema: 1, suiteVersion, seed: 7, startedAt: '2026-11-21T10:00:00.000Z' },
    ...{ adapter: { name: 'a store' }, host: { node: '20.19.0', cores: 2 }, isCertified: false },
  })
})

describe('a pinned run', () => {
  test('lists newer cases with what they found, and does not count them', () => {
    const newer = result('LOG-APPEND-003', 'failed', { since: '1.3.0', reason: 'it lost an entry' })
    const { verdict, suites, totals } = report([contract(passed, newer)], { pinned: '1.2' })
    expect(verdict).toBe('held')
    expect(totals).toMatchObject({ passed: 1, failed: 0, 'not-counted': 1 })
    expect(suites[0]?.cases[1]?.reason).toBe(
      'new in 1.3.0, and not counted by suite 1.2: it has failed\nit lost an entry',
    )
  })

  test.each([
    ['1.2.0', '1.2', false],
    ['1.2.9', '1.2', false],
    ['1.3.0', '1.2', true],
    ['2.0.0', '1.2', true],
    ['1.2.4', '1.2.3', true],
    ['1.2.3', '1.2.3', false],
    ['1.9.0', '1', false],
    ['2.0.0', '1', true],
    ['1.10.0', '1.9', true],
    ['0.9.9', '1.2', false],
  ])('takes a case of %s for newer than %s: %s', (since, pinned, expected) => {
    expect(isNewerThan(since, pinned)).toBe(expected)
  })
})

describe('the verdict in words', () => {
  test('counts what failed', () => {
    expect(describeVerdict(report([contract(passed, failed)]))).toBe(
      'FAILED: a store breaks its contract in 1 of 2 cases.',
    )
  })

  test('tells what does not count beside what passed', () => {
    const suites = [contract(passed, result('LOG-APPEND-003', 'skipped'))]
    expect(describeVerdict(report(suites))).toBe(
      'OK: a store keeps its contract in all 1 cases. 1 was skipped.',
    )
  })

  test('names the levels that a certificate lacks', () => {
    expect(describeVerdict(report([contract(passed)], { certify: true }))).toBe(
      'INCONCLUSIVE: a store cannot be certified, for nothing of these levels was run: kill, fault, power.',
    )
  })
})
