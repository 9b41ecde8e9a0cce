/** The failpoint sites of a replica: between what it does to its log and what it does to its state machine. */
import type { FailpointSite } from '../../../failpoints/index.ts'

export type ReplicaSite =
  | 'replica.open.fit'
  | 'replica.apply.before'
  | 'replica.apply.after'
  | 'replica.snapshot.before'
  | 'replica.snapshot.after'
  | 'replica.purge.before'
  | 'replica.purge.after'
  | 'replica.install.before'
  | 'replica.install.committed'
  | 'replica.install.after'

interface ReplicaFailpointSite extends FailpointSite {
  readonly name: ReplicaSite
}

const openFails = 'opening the replica fails'
const applyWaits = 'applying stops, and is tried again'
const snapshotFails = 'the snapshot counts as failed, and the log is not purged'

export const replicaSites: readonly ReplicaFailpointSite[] = [
  {
    name: 'replica.open.fit',
    description: 'Log and state machine fit, and nothing that a crash left between them was done.',
    onReturn: openFails,
  },
  {
    name: 'replica.apply.before',
    description: 'Committed entries were read from the log, and not handed to the state machine.',
    onReturn: applyWaits,
  },
  {
    name: 'replica.apply.after',
    description: 'The state machine has applied entries, and nobody was told of the results.',
    onReturn: 'the replica has failed: the results are lost',
  },
  {
    name: 'replica.snapshot.before',
    description: 'A snapshot is due, and was not begun.',
    onReturn: snapshotFails,
  },
  {
    name: 'replica.snapshot.after',
    description: 'A snapshot is durable, and the log was not purged.',
    onReturn: snapshotFails,
  },
  {
    name: 'replica.purge.before',
    description: 'The log is about to be purged.',
    onReturn: 'the log is not purged',
  },
  {
    name: 'replica.purge.after',
    description: 'The log was purged.',
    onReturn: 'the purge counts as failed',
  },
  {
    name: 'replica.install.before',
    description: 'A received snapshot is about to be put in use.',
    onReturn: 'the installation fails, and the old state serves',
  },
  {
    name: 'replica.install.committed',
    description: 'A received snapshot is in use, and the log was not told.',
    onReturn: 'the replica has failed; the next open tells the log',
  },
  {
    name: 'replica.install.after',
    description: 'A received snapshot is in use, and the log begins after it.',
    onReturn: 'the replica has failed; the next open goes on',
  },
]
