import fc from 'fast-check'
import { describe, test } from 'vitest'
import { FailpointRegistry } from '../../failpoints/index.ts'
import { testedStores } from '../log/tested-stores.ts'
import { propertyParameters } from '../property-parameters.ts'
import { PaxosRig } from './paxos-rig.ts'
import { paxosHistory } from './paxos-steps.ts'

describe.each(testedStores({ memory: 500, lmdb: 400 }))(
  'Paxos storage on a log in $name',
  ({ runs, place }) => {
    test('does whatever the model does, in every history', () => {
      fc.assert(
        fc.property(paxosHistory, ({ commit, steps }) => {
          const failpoints = new FailpointRegistry()
          const { openLog, remove } = place(failpoints)
          const rig = new PaxosRig({ openLog, failpoints, commit })
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
