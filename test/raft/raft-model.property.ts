import fc from 'fast-check'
import { describe, test } from 'vitest'
import { FailpointRegistry } from '../../failpoints/index.ts'
import { testedStores } from '../log/tested-stores.ts'
import { propertyParameters } from '../property-parameters.ts'
import { RaftRig } from './raft-rig.ts'
import { raftHistory } from './raft-steps.ts'

describe.each(testedStores({ memory: 600, lmdb: 400 }))(
  'Raft storage on a log in $name',
  ({ runs, place }) => {
    test('does whatever the model does, in every history', () => {
      fc.assert(
        fc.property(raftHistory, (steps) => {
          const failpoints = new FailpointRegistry()
          const { openLog, remove } = place(failpoints)
          const rig = new RaftRig({ openLog, failpoints })
          try {
            steps.forEach((step, position) => {
              rig.run(step, position)
            })
            rig.finish()
          } finally {
            rig.dispose()
            remove()
          }
        }),
        propertyParameters(runs),
      )
    })
  },
)
