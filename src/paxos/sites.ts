/** The failpoint sites of Paxos storage. */
import type { FailpointSite } from '../../failpoints/index.ts'
import { type EngineSites, engineSitesOf } from '../engine-sites.ts'
import { atomicWriteName, operationFacts } from './operations.ts'

export const engineSites: EngineSites = engineSitesOf({
  prefix: 'paxos',
  operations: [...Object.values(operationFacts).map(({ name }) => name), atomicWriteName],
  readDescription: 'Something is about to be read from the log.',
})

export const paxosSites: readonly FailpointSite[] = engineSites.all
