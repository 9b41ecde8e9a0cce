import { type Mutant, withOptions } from './mutant.ts'

export const observerNotTold: Mutant = {
  bug: 'Failures of writes are not told to the observer.',
  caughtBy: ['LOG-FAULT-011', 'PAXOS-FAULT-023'],
  createAdapter: withOptions((options) => {
    const { onWriteFailure: _, ...observer } = options.observer ?? {}
    return { ...options, observer }
  }),
}
