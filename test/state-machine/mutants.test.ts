/** The suite is worth what it catches: each planted bug, by each case that is named for it. */
import { expect, test } from 'vitest'
import { runStateCase, stateCases } from '../../src/conformance/state-machine/index.ts'
import { type StateMutant, stateMutants } from './mutants.ts'

const pairs = stateMutants.flatMap((mutant) =>
  mutant.caughtBy.map((id): [string, string, StateMutant] => [mutant.bug, id, mutant]),
)

test.each(pairs)('when %s, %s fails', async (_bug, id, { createAdapter }) => {
  const stateCase = stateCases.find((candidate) => candidate.id === id)
  if (stateCase === undefined) throw new Error(`there is no case ${id}`)
  await expect(runStateCase(createAdapter(), stateCase)).rejects.toThrow()
})
