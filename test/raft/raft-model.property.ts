import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { FailpointRegistry } from '../../failpoints/index.ts'
import { type LogStore, MemoryDisk, MemoryLog, openLmdbLog } from '../../src/log/index.ts'
import { propertyParameters } from '../log/property-parameters.ts'
import { removeDirectory, temporaryDirectory } from '../log/temporary-directories.ts'
import { RaftRig } from './raft-rig.ts'
import { raftHistory } from './raft-steps.ts'

let parent: string
let historyCount = 0
beforeAll(() => {
  parent = temporaryDirectory()
})
afterAll(() => removeDirectory(parent))

interface TestedStore {
  readonly name: string
  readonly runs: number
  readonly place: (failpoints: FailpointRegistry) => { openLog: () => LogStore; remove: () => void }
}

const stores: readonly TestedStore[] = [
  {
    name: 'memory',
    runs: 600,
    place: (failpoints) => {
      const disk = new MemoryDisk()
      return { openLog: () => new MemoryLog({ failpoints, disk }), remove: () => undefined }
    },
  },
  {
    name: 'LMDB',
    runs: 400,
    place: (failpoints) => {
      const directory = join(parent, `history-${historyCount++}`)
      return {
        openLog: () => openLmdbLog(directory, { failpoints }),
        remove: () => removeDirectory(directory),
      }
    },
  },
]

describe.each(stores)('Raft storage on a log in $name', ({ runs, place }) => {
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
})
