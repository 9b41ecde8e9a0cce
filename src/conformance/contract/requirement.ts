/** What a case needs of a store before it says anything about it. */
import type { LogAdapter } from '../adapter.ts'
import { type CapabilityName, capabilityValues, type FullCapabilities } from '../kit/capabilities.ts'
import { requirementTable } from './requirement-table.ts'

/** A promise of the kit, or what only a store of Holdfast's own port has. */
export type Requirement = CapabilityName | PortRequirement

/** Failpoints of its sites, an observer that it tells, `stats()` and `reclaim()`, and its way to check arguments. */
export type PortRequirement = (typeof portRequirements)[number]

export const portRequirements = ['failpoints', 'observer', 'stats', 'ownPort'] as const

const requirementsById: ReadonlyMap<string, readonly Requirement[]> = new Map(
  requirementTable.flatMap(([words, ids]) => {
    const requirements = words.split(' ').filter((word) => word !== '') as Requirement[]
    return ids.split(' ').map((id) => [id, requirements] as const)
  }),
)

/** What the case with this id needs. */
export function requirementsOf(id: string): readonly Requirement[] {
  return requirementsById.get(id) ?? []
}

/**
 * Cases that look at the log underneath an engine's storage, at its codecs, or at how it checks its arguments: of an adapter of the
 * engine's kind they say nothing.
 */
export const ofOwnEngine: ReadonlySet<string> = new Set([
  ...['PAXOS-META-005', 'PAXOS-STOPSIGN-005', 'PAXOS-ATOMIC-002', 'PAXOS-ATOMIC-003', 'PAXOS-ATOMIC-008'],
  ...['PAXOS-CODEC-001', 'PAXOS-CODEC-003', 'PAXOS-CODEC-007'],
  ...['RAFT-APPEND-005', 'RAFT-CONFLICT-010', 'RAFT-TRUNCATE-004', 'RAFT-PURGE-007', 'RAFT-READ-004'],
  ...['RAFT-READ-005', 'RAFT-HARDSTATE-006', 'RAFT-REOPEN-003', 'RAFT-FAULT-024'],
])

/** Those of `requirements` that the store behind `adapter` does not meet. */
export function missingIn(
  { capabilities }: Pick<LogAdapter, 'capabilities'>,
  requirements: readonly Requirement[],
): Requirement[] {
  if (capabilities === undefined) return []
  return requirements.filter((word) => !isMet(capabilities, word))
}

function isMet(capabilities: FullCapabilities, word: Requirement): boolean {
  if (isPortRequirement(word)) return false
  const [weakest] = capabilityValues[word]
  return capabilities[word] !== weakest
}

function isPortRequirement(word: Requirement): word is PortRequirement {
  return (portRequirements as readonly string[]).includes(word)
}
