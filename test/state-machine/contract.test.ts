import { tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { memoryDirectory } from '../../src/conformance/memory-directory.ts'
import { runStateCase, stateCases } from '../../src/conformance/state-machine/index.ts'
import { fileAdapter, lazyFileAdapter, lmdbAdapter, memoryAdapter } from './adapters.ts'

/** Nothing dies here but in this process, so that memory keeps as well as a disk. */
const home = memoryDirectory() ?? tmpdir()

describe.each([lmdbAdapter, fileAdapter, lazyFileAdapter, memoryAdapter])('$name', (adapter) => {
  const cases = stateCases.filter(({ appliesTo }) => appliesTo?.(adapter) ?? true)
  test.concurrent.each(cases)('$id: $rule', (stateCase) => runStateCase(adapter, stateCase, home))
})

test('no two cases have the same id', () => {
  const ids = stateCases.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
})
