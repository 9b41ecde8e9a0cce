/** The failpoint sites of Raft storage: one before each write, one before every deferred write, one before each read. */
import type { FailpointSite } from '../../failpoints/index.ts'
import type { EngineSites } from '../engine-log.ts'
import { raftOperations } from './operations.ts'

const deferredWriteSite = 'raft.deferred_write'
const readSite = 'raft.read'

export const raftSites: readonly FailpointSite[] = [
  ...raftOperations.map((operation) => ({
    name: siteOf(operation),
    description: `${operation} was called, and nothing was handed to the log yet.`,
    onReturn:
      'the write fails as the medium would make it fail: nothing of it is there, and the caller is told so',
  })),
  {
    name: deferredWriteSite,
    description: 'A deferred write of any kind is about to be handed to the log.',
    onReturn: 'that one write vanishes and the caller is told so: how a lost non-synced write is modelled',
  },
  {
    name: readSite,
    description: 'An entry, a term or the hard state is about to be read.',
    onReturn: 'it is reported as corrupt',
  },
]

export const engineSites: EngineSites = {
  all: raftSites,
  of: siteOf,
  deferredWrite: deferredWriteSite,
  read: readSite,
}

function siteOf(operation: string): string {
  return `raft.${operation}`
}
