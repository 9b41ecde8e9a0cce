/** The failpoint sites of the state machine on LMDB, beside those of every state machine. */
import type { FailpointSite } from '../../../failpoints/index.ts'

export type LmdbStateSite =
  | 'state.lmdb.commit.before'
  | 'state.lmdb.commit.row'
  | 'state.lmdb.commit.inside'
  | 'state.lmdb.commit.after'
  | 'state.lmdb.copy.after'
  | 'state.lmdb.build.rows'
  | 'state.lmdb.publish.before_rename'
  | 'state.lmdb.publish.after_rename'
  | 'state.lmdb.publish.after_sync'
  | 'state.lmdb.remove_generation'

interface LmdbStateFailpointSite extends FailpointSite {
  readonly name: LmdbStateSite
}

const failsCleanly =
  'the write fails before it changed anything; return(EIO), return(ENOSPC) as that error of the medium'
const buildFails = 'the new state is dropped, and the old one serves'

export const lmdbStateSites: readonly LmdbStateFailpointSite[] = [
  {
    name: 'state.lmdb.commit.before',
    description: 'The transaction of a chunk is about to begin.',
    onReturn: failsCleanly,
  },
  {
    name: 'state.lmdb.commit.row',
    description: 'A row of a chunk was written into its transaction.',
    onReturn: failsCleanly,
  },
  {
    name: 'state.lmdb.commit.inside',
    description: 'Everything of a chunk was written into its transaction, which is about to be committed.',
    onReturn: failsCleanly,
  },
  {
    name: 'state.lmdb.commit.after',
    description: 'The transaction of a chunk is durable, and nobody can read it yet.',
    onReturn: 'the write is reported as failed although it is there: the state machine has failed',
  },
  {
    name: 'state.lmdb.copy.after',
    description: 'A native copy was read to its end, and the snapshot of it is not complete.',
    onReturn: 'the snapshot fails, and nothing of it is left',
  },
  {
    name: 'state.lmdb.build.rows',
    description: 'Some rows are about to be written into a new generation.',
    onReturn: buildFails,
  },
  {
    name: 'state.lmdb.publish.before_rename',
    description: 'The new CURRENT file is written and synced, and is about to be renamed into its place.',
    onReturn: buildFails,
  },
  {
    name: 'state.lmdb.publish.after_rename',
    description: 'CURRENT names the new generation, and the directory is not synced.',
    onReturn: 'it is in doubt which generation is in use: the state machine has failed',
  },
  {
    name: 'state.lmdb.publish.after_sync',
    description: 'CURRENT names the new generation, durably, and the old one still serves.',
    onReturn: 'it is in doubt which generation is in use: the state machine has failed',
  },
  {
    name: 'state.lmdb.remove_generation',
    description: 'An old generation that nobody reads any more is about to be removed.',
    onReturn: 'it stays until the next open',
  },
]
