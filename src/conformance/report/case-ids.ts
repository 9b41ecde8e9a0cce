/** Which ids a case can have. An expectation for another one is a slip of the pen. */
import { contractCases } from '../contract/index.ts'
import { stateCases } from '../state-machine/state-cases.ts'

/** How the ids of generated cases begin, which are as many as are asked for. A suite that brings its own adds them here. */
export const caseFamilies: readonly string[] = [
  'KILL-REPLAYABLE-',
  'KILL-BY-CLOCK-',
  'KILL-REST-',
  'RAFT-KILL-',
  'POWER-LOSS-',
  'POWER-LOSS-REOPEN-',
  'STATE-KILL-',
  'STATE-POWER-LOSS-',
  'STATE-POWER-LOSS-REOPEN-',
  'FAULT-',
  'ROT-',
  'SWEEP-',
  'MODEL-',
]

/** Those of the contracts, which are all known before a run. */
export function contractCaseIds(): string[] {
  return [...contractCases, ...stateCases].map(({ id }) => id)
}

export function isInFamily(id: string): boolean {
  return caseFamilies.some((family) => id.startsWith(family) && id.length > family.length)
}
