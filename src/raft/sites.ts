/** The failpoint sites of Raft storage. */
import type { FailpointSite } from '../../failpoints/index.ts'
import { type EngineSites, engineSitesOf } from '../engine-sites.ts'
import { raftOperations } from './operations.ts'

export const engineSites: EngineSites = engineSitesOf({
  prefix: 'raft',
  operations: raftOperations,
  readDescription: 'An entry, a term or the hard state is about to be read.',
})

export const raftSites: readonly FailpointSite[] = engineSites.all
