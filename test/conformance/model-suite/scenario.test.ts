import { expect, test } from 'vitest'
import type { ModelStep } from '../../../src/conformance/model-suite/log/history.ts'
import { logParts } from '../../../src/conformance/model-suite/log/parts.ts'
import { formatScenario, parseScenario, pickSteps } from '../../../src/conformance/model-suite/scenario.ts'

const value = (number: number, size = 100) => ({ number, size })
const history: readonly ModelStep[] = [
  { kind: 'appendEntries', entries: [value(1), value(2), value(3)] },
  { kind: 'flush' },
  {
    kind: 'writeAtomically',
    ops: [
      { kind: 'trim', upTo: 1 },
      { kind: 'appendEntry', entry: value(4) },
    ],
  },
  { kind: 'crash' },
]

test('formatScenario() and parseScenario() are each other backwards', () => {
  const scenario = {
    theme: 'crashes',
    number: 12,
    kept: [{ step: 0 }, { step: 3, isSmall: true }, { step: 5, parts: [1, 2] }, { step: 6, parts: [] }],
  } as const
  expect(formatScenario(scenario)).toBe('crashes/12/0,3s,5.1.2,6.-')
  expect(parseScenario(formatScenario(scenario))).toEqual(scenario)
  expect(parseScenario('calls/0/')).toEqual({ theme: 'calls', number: 0, kept: [] })
})

test.each(['', 'calls', 'none/0/1', 'calls/-1/1', 'calls/0/1x', 'calls/0/1,,2'])(
  'parseScenario() of %j is undefined',
  (text) => expect(parseScenario(text)).toBeUndefined(),
)

test('pickSteps() keeps the parts, the sizes and the order that are asked for', () => {
  const kept = [{ step: 3 }, { step: 0, parts: [1], isSmall: true }, { step: 2, parts: [0] }]
  expect(pickSteps(history, kept, logParts)).toEqual([
    { kind: 'crash' },
    { kind: 'appendEntries', entries: [value(2, 8)] },
    { kind: 'writeAtomically', ops: [{ kind: 'trim', upTo: 1 }] },
  ])
})

test('pickSteps() of a step that the history does not have is undefined', () => {
  expect(pickSteps(history, [{ step: 4 }], logParts)).toBeUndefined()
})
