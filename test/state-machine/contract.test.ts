import { describe, expect, test } from 'vitest'
import {
  runStateCase,
  type StateMachineAdapter,
  stateCases,
} from '../../src/conformance/state-machine/index.ts'
import { LmdbStateMachine } from '../../src/state-machine/index.ts'

const adapters: readonly StateMachineAdapter[] = [
  {
    name: 'the state machine on LMDB',
    survivesProcess: true,
    isAlwaysDurable: true,
    hasNative: true,
    create: (directory, options) => new LmdbStateMachine(directory, options),
  },
]

describe.each(adapters)('$name', (adapter) => {
  const cases = stateCases.filter(({ appliesTo }) => appliesTo?.(adapter) ?? true)
  test.concurrent.each(cases)('$id: $rule', (stateCase) => runStateCase(adapter, stateCase), 60_000)
})

test('no two cases have the same id', () => {
  const ids = stateCases.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
})
