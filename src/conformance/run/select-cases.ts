/** Which cases of the contract a person asks for by a word. */
import { nearestName } from '../../../failpoints/nearest-name.ts'
import { InvalidArgumentError } from '../../errors.ts'
import { type ContractCase, contractCases } from '../contract/index.ts'

/**
 * The cases whose id is `filter` or begins with it: `LOG-APPEND-001`, `LOG-APPEND`, `LOG`.
 * @throws {InvalidArgumentError} there is none
 */
export function selectCases(filter: string): readonly ContractCase[]
export function selectCases<T extends { readonly id: string }>(
  filter: string,
  cases: readonly T[],
): readonly T[]
export function selectCases(
  filter: string,
  cases: readonly { readonly id: string }[] = contractCases,
): readonly { readonly id: string }[] {
  const wanted = filter.toUpperCase()
  const selected = cases.filter(({ id }) => id === wanted || id.startsWith(`${wanted.replace(/-$/, '')}-`))
  if (selected.length > 0) return selected
  const known = new Set(cases.flatMap(({ id }) => [id, id.replace(/-\d+$/, '')]))
  const nearest = nearestName(wanted, known)
  const next = nearest === undefined ? 'list them with holdfast conform list' : `did you mean ${nearest}?`
  throw new InvalidArgumentError('filter', `There is no case ${filter}: ${next}`)
}
