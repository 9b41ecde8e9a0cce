import { PaxosStorage } from '../../src/paxos/index.ts'
import { healthy, type Mutant } from './mutant.ts'

export const paxosReadSiteNeverHit: Mutant = {
  bug: 'Reads pass no failpoint site of Paxos storage.',
  caughtBy: ['PAXOS-FAULT-022', 'PAXOS-FAULT-025'],
  createAdapter: healthy,
  parts: {
    createPaxosStorage: (log, { failpoints, ...options }) => {
      const writes = new PaxosStorage(log, { ...options, failpoints })
      const reads = new PaxosStorage(log, options)
      return new Proxy(writes, {
        get: (target, name) => {
          const from = typeof name === 'string' && name.startsWith('get') ? reads : target
          const member: unknown = Reflect.get(from, name, from)
          return typeof member === 'function' ? member.bind(from) : member
        },
      })
    },
  },
}
