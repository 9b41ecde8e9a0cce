import { expect, test } from 'vitest'
import { describeOperations } from '../../src/conformance/kill/explain.ts'
import { RunLog } from '../../src/conformance/state-machine/kill/log.ts'
import type { JudgedOperation } from '../../src/conformance/state-machine/kill/oracle.ts'
import { type StateStoryParts, storyOf } from '../../src/conformance/state-machine/kill/story.ts'

const log = new RunLog(1)

/** A call, and how far it said that it is durable. */
const call = (operation: JudgedOperation, durable: number): StateStoryParts['issued'][number] => ({
  operation,
  outcome: { kind: 'done', result: [`durable ${durable}`] },
})
const apply = (from: number, through: number) => ({ kind: 'apply', from, through }) as const

function story(issued: StateStoryParts['issued'], applied: number, recovered?: number) {
  const view = recovered === undefined ? undefined : log.modelAt(recovered).view()
  const crash = 'killed after 1 ack'
  return storyOf({
    ...{ log, applied, issued, crash, findings: [] },
    recovered: view && { view, digest: '', again: '', snapshots: [] },
  })
}

test('a chunk that was answered and waits for a sync is deferred, and one that was synced is durable', () => {
  const { operations } = story(
    [
      call(apply(11, 12), 10),
      call({ kind: 'flush' }, 12),
      call(apply(13, 14), 12),
      call(apply(15, 16), 16),
      { operation: apply(17, 18), outcome: undefined },
    ],
    10,
  )
  expect(operations.map(({ ending }) => ending)).toEqual([
    'deferred',
    'durable',
    'deferred',
    'durable',
    'in-flight',
  ])
  expect(describeOperations(operations)[0]).toMatch(/^ {3}1 {2}applyChunk\(11 to 12: .* acked, deferred$/)
})

test('a call tells whether what it applied was there afterwards', () => {
  const issued = [call(apply(11, 12), 10), call(apply(13, 14), 10)]
  expect(story(issued, 10, 12).operations.map(({ survived }) => survived)).toEqual([true, false])
  expect(story(issued, 10).operations.map(({ survived }) => survived)).toEqual([undefined, undefined])
})

test('what a reset took away has no survival of its own', () => {
  const issued = [call(apply(1, 2), 2), call({ kind: 'reset' }, 0), call(apply(1, 2), 0)]
  const survived = story(issued, 0, 0).operations.map((one) => one.survived)
  expect(survived[2]).toBe(false)
})

test('a call is told with the entries that it hands in', () => {
  const [entry] = log.entries(5, 5)
  const { operations } = story([call(apply(5, 5), 5)], 4)
  expect(operations[0]?.text).toMatch(/^applyChunk\(5: /)
  expect(operations[0]?.text).toContain(entry?.command.kind)
})
