/** The contract suite: what every log store promises, and what Paxos and Raft storage on it promise, as cases that any runner can run. */
import type { LogAdapter } from '../adapter.ts'
import type { ContractCase } from './contract-case.ts'
import { appendCases } from './log/append.ts'
import { auditCases } from './log/audit.ts'
import { closedCases } from './log/closed.ts'
import { compactCases } from './log/compact.ts'
import { crashCases } from './log/crash.ts'
import { deferCases } from './log/defer.ts'
import { faultCases } from './log/fault.ts'
import { limitCases } from './log/limit.ts'
import { metaCases } from './log/meta.ts'
import { ownerCases } from './log/owner.ts'
import { poisonCases } from './log/poison.ts'
import { readCases } from './log/read.ts'
import { reopenCases } from './log/reopen.ts'
import { replaceSuffixCases } from './log/replace-suffix.ts'
import { trimCases } from './log/trim.ts'
import { paxosAppendCases } from './paxos/append.ts'
import { paxosAtomicCases } from './paxos/atomic.ts'
import { paxosCodecCases } from './paxos/codec.ts'
import { paxosCrashCases } from './paxos/crash.ts'
import { paxosFaultCases } from './paxos/fault.ts'
import { paxosMetaCases } from './paxos/meta.ts'
import { paxosPrefixCases } from './paxos/prefix.ts'
import { paxosReadCases } from './paxos/read.ts'
import { paxosReopenCases } from './paxos/reopen.ts'
import { paxosSkewCases } from './paxos/skew.ts'
import { paxosSnapshotCases } from './paxos/snapshot.ts'
import { paxosStopsignCases } from './paxos/stopsign.ts'
import { paxosTrimCases } from './paxos/trim.ts'
import { raftAppendCases } from './raft/append.ts'
import { raftConflictCases } from './raft/conflict.ts'
import { raftFaultCases } from './raft/fault.ts'
import { raftHardStateCases } from './raft/hard-state.ts'
import { raftInstallCases } from './raft/install.ts'
import { raftPurgeCases } from './raft/purge.ts'
import { raftReadCases } from './raft/read.ts'
import { raftReopenCases } from './raft/reopen.ts'
import { raftTruncateCases } from './raft/truncate.ts'
import { ofOwnEngine, requirementsOf } from './requirement.ts'

export type {
  CaseContext,
  ContractCase,
  ContractParts,
  CreatePaxosStorage,
  CreateRaftNode,
  ObservedEvent,
  RaftNode,
} from './contract-case.ts'
export { missingIn, type PortRequirement, portRequirements, type Requirement } from './requirement.ts'
export { fullParts, runContractCase } from './run-contract-case.ts'

const cases: readonly ContractCase[] = [
  ...appendCases,
  ...replaceSuffixCases,
  ...trimCases,
  ...compactCases,
  ...readCases,
  ...metaCases,
  ...deferCases,
  ...reopenCases,
  ...crashCases,
  ...ownerCases,
  ...faultCases,
  ...closedCases,
  ...poisonCases,
  ...limitCases,
  ...auditCases,
  ...paxosAppendCases,
  ...paxosPrefixCases,
  ...paxosReadCases,
  ...paxosTrimCases,
  ...paxosMetaCases,
  ...paxosSnapshotCases,
  ...paxosStopsignCases,
  ...paxosReopenCases,
  ...paxosCrashCases,
  ...paxosAtomicCases,
  ...paxosSkewCases,
  ...paxosFaultCases,
  ...paxosCodecCases,
  ...raftAppendCases,
  ...raftConflictCases,
  ...raftTruncateCases,
  ...raftPurgeCases,
  ...raftReadCases,
  ...raftHardStateCases,
  ...raftInstallCases,
  ...raftReopenCases,
  ...raftFaultCases,
]

/** Every case, in the order in which they are best read. */
export const contractCases: readonly ContractCase[] = cases.map((one) => ({
  requires: requirementsOf(one.id),
  ...one,
}))

/** Those that are about what is behind the adapter: a log of the kit is no engine's storage. */
export function casesFor({ kind }: Pick<LogAdapter, 'kind'>): readonly ContractCase[] {
  if (kind === undefined) return contractCases
  const ofKind = contractCases.filter(({ id }) => id.startsWith(`${kind.toUpperCase()}-`))
  return ofKind.map((one) => (ofOwnEngine.has(one.id) ? { ...one, requires: ['ownPort'] } : one))
}
