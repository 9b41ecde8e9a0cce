/** The failpoint sites of the snapshot store. */
import type { FailpointSite } from '../../../failpoints/index.ts'

export type SnapshotSite =
  | 'snapshot.create'
  | 'snapshot.write'
  | 'snapshot.finish.before_sync'
  | 'snapshot.finish.before_publish'
  | 'snapshot.finish.after_publish'
  | 'snapshot.open'
  | 'snapshot.read'
  | 'snapshot.remove'

interface SnapshotFailpointSite extends FailpointSite {
  readonly name: SnapshotSite
}

const failsWhole =
  'the snapshot fails as if the medium had refused it, nothing of it is visible or left behind, and the store stays usable; ' +
  'return(EIO), return(ENOSPC) as that error of the medium'
const readsAsDamaged = 'the snapshot is reported as corrupt'

export const snapshotSites: readonly SnapshotFailpointSite[] = [
  {
    name: 'snapshot.create',
    description: 'A snapshot is about to get its staging directory.',
    onReturn: failsWhole,
  },
  {
    name: 'snapshot.write',
    description: 'Some data of a snapshot is about to be written into its staging directory.',
    onReturn: failsWhole,
  },
  {
    name: 'snapshot.finish.before_sync',
    description: 'All data of a snapshot was written, and nothing of it was synced.',
    onReturn: failsWhole,
  },
  {
    name: 'snapshot.finish.before_publish',
    description:
      'Data, metadata and staging directory of a snapshot are synced, and it is about to be renamed into its place.',
    onReturn: failsWhole,
  },
  {
    name: 'snapshot.finish.after_publish',
    description: 'A snapshot was renamed into its place, and the directory around it is not synced yet.',
    onReturn: `it is taken back: ${failsWhole}`,
  },
  {
    name: 'snapshot.open',
    description: 'A snapshot is about to be opened for reading.',
    onReturn: readsAsDamaged,
  },
  {
    name: 'snapshot.read',
    description: 'Some data of a snapshot is about to be read.',
    onReturn: readsAsDamaged,
  },
  {
    name: 'snapshot.remove',
    description: 'A snapshot is about to be renamed out of its place, before its files are removed.',
    onReturn: 'removing fails, and the snapshot stays; return(EIO) as that error of the medium',
  },
]
