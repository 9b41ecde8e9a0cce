import { expect, test } from 'vitest'
import { describeOperations } from '../../../src/conformance/kill/explain.ts'
import { describeHistory, storyOf } from '../../../src/conformance/kill/story.ts'
import { fullCapabilities } from '../../../src/conformance/kit/index.ts'
import type { IssuedOperation } from '../../../src/conformance/oracle.ts'

const done = (operation: IssuedOperation['operation'], result?: number | string[]): IssuedOperation => ({
  operation,
  outcome: { kind: 'done', result },
})
const append = (number: number) => ({ kind: 'appendEntry', entry: { number, size: 8 } }) as const

test('a read has returned what it read, and has no durability', () => {
  expect(describeHistory([done({ kind: 'getEntries', from: 0, to: 1 }, ['value 1 of 8 bytes'])])).toEqual([
    '   1  getEntries(0, 1)  has returned ["value 1 of 8 bytes"]',
  ])
})

test('a trim is deferred, unless the storage promises it when it returns', () => {
  const issued = [done({ kind: 'trim', upTo: 1 })]
  expect(describeHistory(issued)).toEqual(['   1  trim(1)  acked, deferred'])
  expect(describeHistory(issued, fullCapabilities({ trim: 'returned' }))).toEqual([
    '   1  trim(1)  acked, durable',
  ])
})

test('a story tells of each call whether its effect was there afterwards', () => {
  const issued: IssuedOperation[] = [
    done(append(1), 1),
    done(append(2), 2),
    done({ kind: 'setDecidedIdx', index: 1 }),
    done({ kind: 'setDecidedIdx', index: 2 }),
    { operation: append(3), outcome: undefined },
  ]
  const view = {
    ...{ firstIndex: 0, nextIndex: 1, compactedIndex: 0 },
    entries: [[0, 'value 1 of 8 bytes']] as const,
    meta: [['decided index', '2']] as const,
  }
  const { operations, crash } = storyOf({
    ...{ issued, crash: 'killed after 4 acks', view, findings: [], capabilities: undefined },
  })
  expect(operations.map(({ ending, survived }) => [ending, survived])).toEqual([
    ['durable', true],
    ['durable', false],
    // The next call took its effect away.
    ['deferred', undefined],
    ['deferred', true],
    ['in-flight', false],
  ])
  expect(crash).toEqual({ after: 5, text: 'killed after 4 acks' })
})

test('a long story has its last calls, and says how many came before', () => {
  const issued = Array.from({ length: 50 }, (_, at) => done(append(at), at + 1))
  const story = storyOf({
    ...{ issued, crash: 'killed', view: undefined, findings: [], capabilities: undefined },
  })
  expect([story.operations.length, story.earlier]).toEqual([40, 10])
  expect(describeOperations(story.operations, story.earlier)[0]).toBe('... 35 earlier operations')
  expect(describeOperations(story.operations, story.earlier).at(-1)).toMatch(/^ {2}50 {2}appendEntry/)
})
