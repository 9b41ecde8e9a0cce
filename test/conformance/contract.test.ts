import { describe, expect, test } from 'vitest'
import type { ContractCase } from '../../src/conformance/contract/index.ts'
import { contractCases, runContractCase } from '../../src/conformance/contract/index.ts'
import { lmdbAdapter } from '../adapters/lmdb-adapter.ts'
import { createMemoryAdapter } from '../adapters/memory-adapter.ts'

describe.each([createMemoryAdapter(), lmdbAdapter])('the contract, kept by the $name store', (adapter) => {
  for (const contractCase of contractCases) {
    test(`${contractCase.id}: ${contractCase.rule}`, () => runContractCase(adapter, contractCase))
  }
})

describe('the cases', () => {
  test('have ids that are unique', () => {
    const ids = contractCases.map(({ id }) => id)
    expect(ids.filter((id, position) => ids.indexOf(id) !== position)).toEqual([])
  })

  test('have ids of a contract, a behaviour and three digits', () => {
    const odd = contractCases.filter(({ id }) => !/^(LOG|PAXOS|RAFT)-[A-Z]+-\d{3}$/.test(id))
    expect(odd.map(({ id }) => id)).toEqual([])
  })

  test('have rules of one sentence', () => {
    expect(contractCases.map(ruleDefect).filter((defect) => defect !== undefined)).toEqual([])
  })
})

/** One sentence: a capital or a call first, one full stop, and that at the end. */
function ruleDefect({ id, rule }: ContractCase): string | undefined {
  const isSentence = /^([A-Z]|[a-z]\w*\b).*\.$/.test(rule) && !/[.!?]\s/.test(rule)
  return isSentence ? undefined : `${id}: ${rule}`
}
