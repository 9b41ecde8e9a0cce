/** The contract suite, tested: each store with a planted bug must fail the cases that it names, and by their own doing. */
import { describe, expect, test } from 'vitest'
import { contractCases, runContractCase } from '../../src/conformance/contract/index.ts'
import { mutants } from '../mutants/index.ts'
import { healthy, type Mutant } from '../mutants/mutant.ts'

describe.each(Object.entries(mutants))('the mutant %s', (_, mutant) => {
  test.each(mutant.caughtBy.map((id) => [id] as const))('is caught by %s', (id) => {
    const error = failureOf(mutant, id)
    expect(error, `${mutant.bug} ${id} lets it pass`).toBeDefined()
    // A mutant that trips over itself proves nothing.
    expect(error).not.toBeInstanceOf(TypeError)
    expect(error).not.toBeInstanceOf(ReferenceError)
  })
})

test('each mutant names a case that catches it', () => {
  const names = Object.entries(mutants).filter(([, { caughtBy }]) => caughtBy.length === 0)
  expect(names).toEqual([])
})

test('the store that the mutants are made of fails none of the cases that catch them', () => {
  const ids = new Set(Object.values(mutants).flatMap(({ caughtBy }) => caughtBy))
  const sane: Mutant = { bug: 'None.', caughtBy: [], createAdapter: healthy }
  expect([...ids].filter((id) => failureOf(sane, id) !== undefined)).toEqual([])
})

function failureOf(mutant: Mutant, id: string): unknown {
  const contractCase = contractCases.find((candidate) => candidate.id === id)
  if (contractCase === undefined) throw new Error(`There is no case ${id}`)
  try {
    runContractCase(mutant.createAdapter(), contractCase, mutant.parts)
    return undefined
  } catch (error) {
    return error
  }
}
