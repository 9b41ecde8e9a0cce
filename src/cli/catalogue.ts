/** `holdfast conform list` and `show`: the cases that are there, without running any. */
import {
  type ContractCase,
  contractCases,
  modelCases,
  selectCases,
  stateCases,
  suiteVersion,
} from '../conformance/index.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { writeLines } from './write-lines.ts'

/** What is known of a case without running it. */
type KnownCase = Pick<ContractCase, 'id' | 'rule' | 'requirement' | 'since' | 'requires'>

/** Those of the suites whose cases are as many whatever is run. */
const knownCases: readonly KnownCase[] = [...contractCases, ...modelCases, ...stateCases]

/** The first minor version: what a case without one came with. */
const firstVersion = '1.0'

/** One case a line: its id, what it demands, and its rule. */
export async function listCases(filter: string | undefined): Promise<ExitCode> {
  const cases = filter === undefined ? knownCases : selectCases(filter, knownCases)
  const idWidth = Math.max(...cases.map(({ id }) => id.length))
  await writeLines(
    cases.map(({ id, requirement = 'MUST', rule }) => `${id.padEnd(idWidth)}  ${requirement}  ${rule}`),
  )
  return exitCodes.fine
}

/** Everything that is known of the cases that `id` names. */
export async function showCases(id: string): Promise<ExitCode> {
  await writeLines(selectCases(id, knownCases).flatMap((one) => [...described(one), '']))
  return exitCodes.fine
}

function described({
  id,
  rule,
  requirement = 'MUST',
  since = firstVersion,
  requires = [],
}: KnownCase): string[] {
  return [
    `${id}  ${requirement}, level api, since ${since} (these suites are ${suiteVersion})`,
    `  ${rule}`,
    `  needs: ${requires.length === 0 ? 'nothing beyond the least' : requires.join(', ')}`,
  ]
}
