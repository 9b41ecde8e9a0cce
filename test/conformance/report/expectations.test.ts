import { describe, expect, test } from 'vitest'
import {
  ExpectationError,
  formatExpectations,
  parseExpectations,
  updateExpectations,
} from '../../../src/conformance/report/index.ts'
import { contract, report, result } from './results.ts'

const known = { id: 'LOG-APPEND-002', expect: 'fail', reason: 'the medium has no rename' } as const
const linked = { ...known, issue: 'https://example.org/1' } as const
const failed = result('LOG-APPEND-002', 'failed', { reason: 'AssertionError: gone\nmore' })

describe('an expected failure', () => {
  test('is shown, with its reason and its issue, and breaks nothing', () => {
    const suites = [contract(result('LOG-APPEND-001', 'passed'), failed)]
    const { verdict, suites: judged } = report(suites, { expectations: [linked] })
    expect(verdict).toBe('held')
    expect(judged[0]?.cases[1]).toMatchObject({
      outcome: 'expected-failure',
      reason:
        'expected to fail: the medium has no rename (https://example.org/1)\nAssertionError: gone\nmore',
    })
  })

  test('that passes breaks the run, unless that is allowed', () => {
    const suites = [contract(result('LOG-APPEND-002', 'passed'))]
    expect(report(suites, { expectations: [known] })).toMatchObject({
      verdict: 'broke',
      totals: { 'unexpected-pass': 1, passed: 0 },
    })
    expect(report(suites, { expectations: [known], allowUnexpectedPass: true }).verdict).toBe('held')
  })

  test('of a case that was not run says nothing', () => {
    expect(report([contract(result('LOG-APPEND-001', 'passed'))], { expectations: [known] }).verdict).toBe(
      'held',
    )
  })

  test('is none for a certificate', () => {
    expect(report([contract(failed)], { expectations: [known], certify: true }).verdict).toBe('broke')
  })
})

describe('parseExpectations()', () => {
  test('reads what formatExpectations() wrote', () => {
    expect(parseExpectations(formatExpectations([known]))).toEqual([known])
    expect(parseExpectations(formatExpectations([linked]))).toEqual([linked])
  })

  test.each([
    ['no JSON', '[{', 'syntax'],
    ['an object', '{}', 'form'],
    ['a number among them', '[1]', 'form'],
    ['no reason', JSON.stringify([{ ...known, reason: ' ' }]), 'form'],
    ['an expectation to pass', JSON.stringify([{ ...known, expect: 'pass' }]), 'form'],
    ['an issue that is a number', JSON.stringify([{ ...known, issue: 3 }]), 'form'],
    ['no id', JSON.stringify([{ expect: 'fail', reason: 'x' }]), 'form'],
    ['a case twice', JSON.stringify([known, known]), 'twice'],
    ['a case that there is not', JSON.stringify([{ ...known, id: 'LOG-APEND-002' }]), 'unknown'],
    ['a family without a number', JSON.stringify([{ ...known, id: 'RAFT-KILL-' }]), 'unknown'],
  ])('refuses %s', (_, text, kind) => {
    const parse = () => parseExpectations(text, 'my.json')
    expect(parse).toThrow(ExpectationError)
    expect(parse).toThrow(expect.objectContaining({ kind, file: 'my.json' }))
  })

  test('names the case that was most likely meant', () => {
    expect(() => parseExpectations(JSON.stringify([{ ...known, id: 'LOG-APEND-002' }]))).toThrow(
      'Cannot use holdfast.expect.json: its item 1 names a case "LOG-APEND-002" that no suite has: did you mean "LOG-APPEND-002"?',
    )
  })

  test('names the key that was most likely meant', () => {
    expect(() => parseExpectations(JSON.stringify([{ ...known, isue: 'x' }]))).toThrow(
      'did you mean "issue"?',
    )
  })

  test('takes ids of generated cases, which are as many as are asked for', () => {
    expect(parseExpectations(JSON.stringify([{ ...known, id: 'KILL-REPLAYABLE-17' }]))).toHaveLength(1)
  })
})

describe('updateExpectations()', () => {
  test('adds what failed, drops what passed, and keeps the words of what still fails and what was not run', () => {
    const before = [linked, { ...known, id: 'LOG-APPEND-003' }, { ...known, id: 'LOG-TRIM-001' }]
    const cases = [
      result('LOG-APPEND-001', 'failed', { reason: 'AssertionError: gone\nmore' }),
      failed,
      result('LOG-APPEND-003', 'passed'),
    ]
    expect(updateExpectations(report([contract(...cases)], { expectations: before }).suites, before)).toEqual(
      [
        { id: 'LOG-APPEND-001', expect: 'fail', reason: 'AssertionError: gone' },
        linked,
        { ...known, id: 'LOG-TRIM-001' },
      ],
    )
  })
})
