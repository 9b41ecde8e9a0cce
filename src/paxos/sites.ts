/** The failpoint sites of Paxos storage: one before each write, one before every deferred write, one before each read. */
import type { FailpointSite } from '../../failpoints/index.ts'
import type { EngineSites } from '../engine-log.ts'
import { atomicWriteName, operationFacts } from './operations.ts'

const deferredWriteSite = 'paxos.deferred_write'
const readSite = 'paxos.read'

export const paxosSites: readonly FailpointSite[] = [
  ...[...Object.values(operationFacts).map(({ name }) => name), atomicWriteName].map((name) => ({
    name: siteOf(name),
    description: `${name} was called, and nothing was handed to the log yet.`,
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
    description: 'Something is about to be read from the log.',
    onReturn: 'it is reported as corrupt',
  },
]

export const engineSites: EngineSites = {
  all: paxosSites,
  of: siteOf,
  deferredWrite: deferredWriteSite,
  read: readSite,
}

/** The site in front of the operation that metrics call `name`. */
function siteOf(name: string): string {
  return `paxos.${name}`
}
