/** The failpoint sites of every log store. */
import type { FailpointSite } from '../../failpoints/index.ts'

export type LogSite =
  | 'log.open'
  | 'log.commit.before'
  | 'log.commit.inside'
  | 'log.commit.after'
  | 'log.defer'
  | 'log.flush'
  | 'log.close'
  | 'log.read'

interface LogFailpointSite extends FailpointSite {
  readonly name: LogSite
}

const failsCleanly =
  'the write fails before it changed anything; return(EIO), return(ENOSPC) as that error of the medium'

export const logSites: readonly LogFailpointSite[] = [
  {
    name: 'log.open',
    description: 'The log is about to be opened: the owner lock is held, nothing was read yet.',
    onReturn: 'opening fails; return(EIO) as that error of the medium',
  },
  {
    name: 'log.commit.before',
    description: 'A commit was planned, and its transaction is about to begin.',
    onReturn: failsCleanly,
  },
  {
    name: 'log.commit.inside',
    description: 'Everything was written into the transaction, which is about to be committed.',
    onReturn: failsCleanly,
  },
  {
    name: 'log.commit.after',
    description: 'The transaction is durable, and the cached cursor has not moved yet.',
    onReturn: 'the write is reported as failed although it is there: the store is poisoned',
  },
  {
    name: 'log.defer',
    description: 'Deferred operations are about to become visible.',
    onReturn: 'the operations vanish and the caller is told so',
  },
  {
    name: 'log.flush',
    description: 'A flush of deferred operations is about to begin.',
    onReturn: failsCleanly,
  },
  {
    name: 'log.close',
    description: 'The log is about to flush and to be closed.',
    onReturn: 'the flush fails: what was deferred is lost, and the log is closed',
  },
  {
    name: 'log.read',
    description: 'An entry or metadata is about to be read.',
    onReturn: 'the value is reported as corrupt',
  },
]
