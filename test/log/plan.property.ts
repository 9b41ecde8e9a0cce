import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { CompactedError, LogGapError } from '../../src/errors.ts'
import { emptyCursor, nextIndex } from '../../src/log/cursor.ts'
import type { LogOp } from '../../src/log/index.ts'
import { type Pending, type Plan, planOps } from '../../src/log/plan.ts'
import { propertyParameters } from '../property-parameters.ts'
import { logOps } from './log-histories.ts'

const empty: Pending = { cursor: emptyCursor, meta: new Map() }

/** The plan, or `undefined` when the operations are refused. */
function planned(pending: Pending, ops: readonly LogOp[]): Plan | undefined {
  try {
    return planOps(pending, ops)
  } catch (error) {
    assert.ok(error instanceof CompactedError || error instanceof LogGapError, String(error))
    return undefined
  }
}

/** A state that earlier operations led to; those that are refused are left out. */
const pendingState: fc.Arbitrary<Pending> = fc
  .array(logOps, { maxLength: 6 })
  .map((lists) => lists.reduce<Pending>((pending, ops) => planned(pending, ops) ?? pending, empty))

function law(name: string, check: (pending: Pending, ops: readonly LogOp[]) => void): void {
  test(name, () => {
    fc.assert(fc.property(pendingState, logOps, check), propertyParameters(2000))
  })
}

function lawOfPlans(
  name: string,
  check: (plan: Plan, pending: Pending, ops: readonly LogOp[]) => void,
): void {
  law(name, (pending, ops) => {
    const plan = planned(pending, ops)
    if (plan) check(plan, pending, ops)
  })
}

lawOfPlans('runs are ascending and disjoint, and none is empty', ({ runs }) => {
  let end = 0
  for (const run of runs) {
    assert.ok(run.entries.length > 0, 'no run is empty')
    assert.ok(run.from >= end, `a run from ${run.from} after one that ends at ${end}`)
    end = run.from + run.entries.length
  }
})

lawOfPlans('a run has the bytes of its entries', ({ runs }) => {
  for (const { entries, bytes } of runs) assert.equal(bytes, Buffer.concat(entries).length)
})

lawOfPlans('runs lie below the end of the final cursor, and the last one reaches it', ({ runs, cursor }) => {
  for (const { from, entries } of runs) assert.ok(from + entries.length <= cursor.end)
  const last = runs.at(-1)
  if (!last) return
  // A suffix that was cut where a floor had jumped past the end leaves a hole behind the last run: nothing is dense then.
  const expected = cursor.denseFrom >= cursor.end ? last.from + last.entries.length : cursor.end
  assert.equal(last.from + last.entries.length, expected)
})

lawOfPlans('a run begins above everything that stays on the medium', ({ runs, truncateFrom }, pending) => {
  const kept = Math.min(pending.cursor.end, truncateFrom)
  for (const { from } of runs) assert.ok(from >= kept, `${from} is below ${kept}`)
})

lawOfPlans(
  'truncateFrom is the lowest index replaced below the end, if there was one',
  (plan, pending, ops) => {
    let expected = Number.MAX_SAFE_INTEGER
    let at = pending
    for (const op of ops) {
      if (op.kind === 'replaceSuffix' && op.from < at.cursor.end) expected = Math.min(expected, op.from)
      at = planOps(at, [op])
    }
    assert.equal(plan.truncateFrom, expected)
  },
)

lawOfPlans('what was stored, cut and written over, is dense in the final cursor', (plan, pending) => {
  const { first, denseFrom, end } = pending.cursor
  const stored = new Set<number>()
  for (let index = Math.max(first, denseFrom); index < Math.min(end, plan.truncateFrom); index++)
    stored.add(index)
  for (const { from, entries } of plan.runs) for (const offset of entries.keys()) stored.add(from + offset)
  // An index that was above denseFrom before, or was written now, is there; so a dense end has no hole.
  for (let index = plan.cursor.denseFrom; index < plan.cursor.end; index++) {
    assert.ok(
      stored.has(index) || (index >= first && index < denseFrom),
      `index ${index} is claimed to be stored`,
    )
  }
})

law('planning op by op gives what planning all at once gives', (pending, ops) => {
  const whole = planned(pending, ops)
  let steps: Plan | undefined = planOps(pending, [])
  const counts = { appendedEntries: 0, appendedBytes: 0, truncatedEntries: 0, trimmedEntries: 0 }
  for (const op of ops) {
    steps = steps && planned(steps, [op])
    for (const name of Object.keys(counts) as (keyof typeof counts)[])
      counts[name] += steps?.counts[name] ?? 0
  }
  assert.deepEqual(whole?.cursor, steps?.cursor)
  assert.deepEqual(whole && [...whole.meta], steps && [...steps.meta])
  if (whole) assert.deepEqual(whole.counts, counts)
})

law('a plan leaves what it began from as it was', (pending, ops) => {
  const before = structuredClone(pending)
  planned(pending, ops)
  assert.deepEqual(pending, before)
})

lawOfPlans('counts: appended entries and bytes are those given', ({ counts }, _pending, ops) => {
  const given = ops.flatMap((op) => (op.kind === 'append' || op.kind === 'replaceSuffix' ? op.entries : []))
  assert.equal(counts.appendedEntries, given.length)
  assert.equal(
    counts.appendedBytes,
    given.reduce((sum, entry) => sum + entry.length, 0),
  )
})

lawOfPlans(
  'counts: what was appended, less what was truncated, is how far nextIndex moved',
  (plan, pending, ops) => {
    if (ops.some((op) => op.kind === 'compact')) return
    const moved = nextIndex(plan.cursor) - nextIndex(pending.cursor)
    assert.equal(plan.counts.appendedEntries - plan.counts.truncatedEntries, moved)
  },
)
