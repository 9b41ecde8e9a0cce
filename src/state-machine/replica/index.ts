/** One node's log and state machine as one thing. See `docs/state-machine.md`. */
export * from './errors.ts'
export type { ReplicaListener, ReplicaOptions } from './options.ts'
export { paxosReplicatedLog } from './paxos-replicated-log.ts'
export { raftReplicatedLog } from './raft-replicated-log.ts'
export { Replica } from './replica.ts'
export type { ReplicatedLog } from './replicated-log.ts'
export { replicaSites } from './sites.ts'
export type { ReplicaClock, SnapshotPolicy } from './snapshot-schedule.ts'
