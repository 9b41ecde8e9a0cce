import { describe, expect, test } from 'vitest'
import { runStateCase, stateCases } from '../../src/conformance/state-machine/index.ts'
import { fileAdapter, lmdbAdapter, memoryAdapter } from './adapters.ts'

describe.each([lmdbAdapter, fileAdapter, memoryAdapter])('$name', (adapter) => {
  const cases = stateCases.filter(({ appliesTo }) => appliesTo?.(adapter) ?? true)
  test.concurrent.each(cases)('$id: $rule', (stateCase) => runStateCase(adapter, stateCase), 60_000)
})

test('no two cases have the same id', () => {
  const ids = stateCases.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
})
