/** The failpoint sites of the state machine on files, one at each step that a crash could come after. */
import type { FailpointSite } from '../../../failpoints/index.ts'

export type FileStateSite =
  | 'state.files.wal.append.before'
  | 'state.files.wal.append.written'
  | 'state.files.wal.append.sync'
  | 'state.files.wal.append.synced'
  | 'state.files.wal.rotate.before'
  | 'state.files.wal.rotate.created'
  | 'state.files.wal.rotate.sealed'
  | 'state.files.checkpoint.begin'
  | 'state.files.checkpoint.write'
  | 'state.files.checkpoint.written'
  | 'state.files.checkpoint.published'
  | 'state.files.current.written'
  | 'state.files.current.renamed'
  | 'state.files.current.published'
  | 'state.files.clear.before'
  | 'state.files.clear.one'
  | 'state.files.recover.read'
  | 'state.files.recover.cut'

interface FileStateFailpointSite extends FailpointSite {
  readonly name: FileStateSite
}

const failsCleanly =
  'the write fails as the medium would make it fail: nothing of it is there, and the state machine stays usable; ' +
  'return(EIO) leaves the medium in doubt'
const inDoubt = 'the medium is in doubt, and the state machine refuses everything until it is opened anew'
const checkpointFails =
  'the checkpoint fails, nothing of it is left behind, and the log that it would have replaced stays'
const openFails = 'the open fails; the next one finds what this one found'
const isRetried = 'nothing is removed now; the next checkpoint or open tries again'

export const fileStateSites: readonly FileStateFailpointSite[] = [
  {
    name: 'state.files.wal.append.before',
    description: 'A record is about to be written to the log of effects.',
    onReturn: failsCleanly,
  },
  {
    name: 'state.files.wal.append.written',
    description: 'A record was written to the log of effects, and not synced.',
    onReturn: failsCleanly,
  },
  {
    name: 'state.files.wal.append.sync',
    description: 'Written records are about to be synced.',
    onReturn: inDoubt,
  },
  {
    name: 'state.files.wal.append.synced',
    description: 'Written records are durable, and nobody was told.',
    onReturn: inDoubt,
  },
  {
    name: 'state.files.wal.rotate.before',
    description: 'The log is about to go on in a new segment, which is not there yet.',
    onReturn: failsCleanly,
  },
  {
    name: 'state.files.wal.rotate.created',
    description: 'The new segment has its name, durably, and the old one does not say yet that it ended.',
    onReturn: failsCleanly,
  },
  {
    name: 'state.files.wal.rotate.sealed',
    description: 'The old segment says durably that it ended, and nothing was written to the new one.',
    onReturn: inDoubt,
  },
  {
    name: 'state.files.checkpoint.begin',
    description: 'A checkpoint is about to be written aside.',
    onReturn: checkpointFails,
  },
  {
    name: 'state.files.checkpoint.write',
    description: 'A block of a checkpoint is about to be written.',
    onReturn: checkpointFails,
  },
  {
    name: 'state.files.checkpoint.written',
    description: 'All of a checkpoint was written aside, and nothing of it was synced.',
    onReturn: checkpointFails,
  },
  {
    name: 'state.files.checkpoint.published',
    description: 'A checkpoint is durable under its name, and CURRENT does not name it yet.',
    onReturn: checkpointFails,
  },
  {
    name: 'state.files.current.written',
    description: 'The next CURRENT was written aside, and not synced.',
    onReturn: 'the switch fails, and the old CURRENT stays',
  },
  {
    name: 'state.files.current.renamed',
    description: 'The next CURRENT has its name, and the directory is not synced.',
    onReturn: inDoubt,
  },
  {
    name: 'state.files.current.published',
    description: 'The next CURRENT is durable, and nothing that it does not name was removed.',
    onReturn: inDoubt,
  },
  {
    name: 'state.files.clear.before',
    description: 'Files that CURRENT does not name are about to be removed.',
    onReturn: isRetried,
  },
  {
    name: 'state.files.clear.one',
    description: 'A file that CURRENT does not name is about to be removed.',
    onReturn: isRetried,
  },
  {
    name: 'state.files.recover.read',
    description: 'Checkpoint and log were read, and nothing was changed.',
    onReturn: openFails,
  },
  {
    name: 'state.files.recover.cut',
    description: 'A torn tail was cut off, and what follows it was not synced.',
    onReturn: openFails,
  },
]
