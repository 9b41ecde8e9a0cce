/**
 * Failures that are known, instead of cases that are left out: they are run and shown, and one that passes again is told, so that
 * the list cannot go stale.
 */

import { nearestName } from '../../../failpoints/nearest-name.ts'
import { show } from '../../arguments.ts'
import { messageOf } from '../../message-of.ts'
import { contractCaseIds, isInFamily } from './case-ids.ts'
import { type CaseResult, isBad } from './case-result.ts'
import { ExpectationError } from './expectation-error.ts'
import type { SuiteResult } from './suite-result.ts'

/** One known failure, as the file has it. */
export interface Expectation {
  /** Of a case. */
  readonly id: string
  readonly expect: 'fail'
  /** Why it fails, for whoever reads the report. */
  readonly reason: string
  /** Where that is worked on: a URL. */
  readonly issue?: string
}

/** The name that is looked for where no other is given. */
export const expectationFile = 'holdfast.expect.json'

const keys = ['id', 'expect', 'reason', 'issue']

/**
 * Reads what is in an expectation file called `file`: a JSON array of {@link Expectation}s.
 * @throws {ExpectationError} it is no such array, or names a case twice, or one that no suite has
 */
export function parseExpectations(text: string, file: string = expectationFile): Expectation[] {
  const items = parseArray(text, file)
  const expectations = items.map((item, position) => checked(item, { file, position }))
  const seen = new Set<string>()
  for (const [position, { id }] of expectations.entries()) {
    if (seen.has(id)) throw refused({ file, position }, 'twice', `names ${id} a second time`, { id })
    seen.add(id)
    assertKnown(id, { file, position })
  }
  return expectations
}

/** As it is written to a file. Ends with a newline. */
export function formatExpectations(expectations: readonly Expectation[]): string {
  return `${JSON.stringify(expectations, undefined, 2)}\n`
}

/** The outcomes, with what was expected taken into account. */
export function applyExpectations(
  suites: readonly SuiteResult[],
  expectations: readonly Expectation[],
): SuiteResult[] {
  const byId = new Map(expectations.map((one) => [one.id, one]))
  return suites.map((suite) => ({ ...suite, cases: suite.cases.map((one) => judge(one, byId.get(one.id))) }))
}

/**
 * The file as it should be after a run: what failed is expected to, with the reason and the issue that it had; what passed is
 * not; what was not tried stays as it was.
 */
export function updateExpectations(
  suites: readonly SuiteResult[],
  before: readonly Expectation[],
): Expectation[] {
  const cases = suites.flatMap((suite) => suite.cases)
  const passed = new Set(
    cases.filter(({ outcome }) => outcome === 'passed' || outcome === 'unexpected-pass').map(({ id }) => id),
  )
  const kept = before.filter(({ id }) => !passed.has(id))
  const known = new Set(kept.map(({ id }) => id))
  const added = cases
    .filter((one) => isBad(one) && !passed.has(one.id) && !known.has(one.id))
    .map(({ id, reason }): Expectation => ({ id, expect: 'fail', reason: firstLine(reason) }))
  return [...kept, ...added].sort((a, b) => (a.id < b.id ? -1 : 1))
}

function judge(one: CaseResult, expectation: Expectation | undefined): CaseResult {
  if (expectation === undefined) return one
  const { reason, issue } = expectation
  const expected = `expected to fail: ${reason}${issue === undefined ? '' : ` (${issue})`}`
  if (one.outcome === 'failed') {
    const found = one.reason === undefined ? '' : `\n${one.reason}`
    return { ...one, outcome: 'expected-failure', reason: `${expected}${found}` }
  }
  if (one.outcome !== 'passed') return one
  return {
    ...one,
    outcome: 'unexpected-pass',
    reason: `it passed, and was ${expected}; take it out of the list`,
  }
}

interface Place {
  readonly file: string
  /** From 0. */
  readonly position: number
}

function parseArray(text: string, file: string): unknown[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new ExpectationError(
      { kind: 'syntax', file },
      `Cannot read ${file}: it is not JSON (${messageOf(cause)})`,
      {
        cause,
      },
    )
  }
  if (Array.isArray(value)) return value
  throw new ExpectationError(
    { kind: 'form', file },
    `Cannot read ${file}: it holds ${show(value)}, and should hold an array of expectations`,
  )
}

function checked(item: unknown, place: Place): Expectation {
  if (typeof item !== 'object' || item === null)
    throw refused(place, 'form', `is ${show(item)}, not an object`)
  const fields = item as Readonly<Record<string, unknown>>
  const odd = Object.keys(fields).find((key) => !keys.includes(key))
  if (odd !== undefined) {
    const nearest = nearestName(odd, keys)
    const hint = nearest === undefined ? `its keys are ${keys.join(', ')}` : `did you mean "${nearest}"?`
    throw refused(place, 'form', `has a key "${odd}": ${hint}`)
  }
  const { id, expect, reason, issue } = fields
  if (typeof id !== 'string')
    throw refused(place, 'form', `has ${show(id)} as id, and should have that of a case`)
  if (expect !== 'fail')
    throw refused(place, 'form', `has ${show(expect)} as expect, and can only have "fail"`)
  if (typeof reason !== 'string' || reason.trim() === '')
    throw refused(place, 'form', `gives no reason: say why ${id} fails`)
  if (issue !== undefined && typeof issue !== 'string')
    throw refused(place, 'form', `has ${show(issue)} as issue, and should have a text`)
  return { id, expect, reason, ...(issue !== undefined && { issue }) }
}

function assertKnown(id: string, place: Place): void {
  const ids = contractCaseIds()
  if (ids.includes(id) || isInFamily(id)) return
  const nearest = nearestName(id, ids)
  const hint = nearest === undefined ? 'ids are those of the report' : `did you mean "${nearest}"?`
  throw refused(place, 'unknown', `names a case "${id}" that no suite has: ${hint}`, { id, nearest })
}

function refused(
  { file, position }: Place,
  kind: ExpectationError['kind'],
  what: string,
  about: { readonly id?: string; readonly nearest?: string | undefined } = {},
): ExpectationError {
  return new ExpectationError(
    { kind, file, ...about },
    `Cannot use ${file}: its item ${position + 1} ${what}`,
  )
}

function firstLine(reason: string | undefined): string {
  const [line = ''] = (reason ?? '').split('\n')
  return line === '' ? 'it failed when this file was updated' : line
}
