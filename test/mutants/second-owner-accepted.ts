import { type Mutant, withOptions } from './mutant.ts'

export const secondOwnerAccepted: Mutant = {
  bug: 'The log is opened without asking who has it.',
  caughtBy: ['LOG-OWNER-001', 'LOG-OWNER-002'],
  createAdapter: withOptions((options, disk) => {
    disk.owner = undefined
    return options
  }),
}
