import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { FailpointRegistry } from '../../failpoints/index.ts'
import { LmdbEnvironment } from '../../src/lmdb/index.ts'
import { type LogStore, MemoryDisk, MemoryLog, openLmdbLog, openLmdbLogIn } from '../../src/log/index.ts'
import { propertyParameters } from '../property-parameters.ts'
import { logHistory, twoLogHistory } from './log-histories.ts'
import { LogRig } from './log-rig.ts'
import { removeDirectory, temporaryDirectory } from './temporary-directories.ts'

let parent: string
let historyCount = 0
beforeAll(() => {
  parent = temporaryDirectory()
})
afterAll(() => removeDirectory(parent))

function freshDirectory(): string {
  return join(parent, `history-${historyCount++}`)
}

interface OpenOptions {
  readonly failpoints: FailpointRegistry
  readonly reclaimPerCommit: number | undefined
}

interface TestedStore {
  readonly name: string
  readonly runs: number
  /** Makes a place for one log: opening it twice finds what the first left. */
  readonly place: (options: OpenOptions) => { open: () => LogStore; remove: () => void }
}

const stores: readonly TestedStore[] = [
  {
    name: 'memory',
    runs: 1000,
    place: (options) => {
      const disk = new MemoryDisk()
      return { open: () => new MemoryLog({ ...options, disk }), remove: () => undefined }
    },
  },
  {
    name: 'LMDB',
    runs: 1000,
    place: (options) => {
      const directory = freshDirectory()
      return { open: () => openLmdbLog(directory, options), remove: () => removeDirectory(directory) }
    },
  },
]

describe.each(stores)('a log in $name', ({ runs, place }) => {
  test('does whatever the model does, in every history', () => {
    fc.assert(
      fc.property(logHistory, ({ reclaimPerCommit, steps }) => {
        const failpoints = new FailpointRegistry()
        const { open, remove } = place({ failpoints, reclaimPerCommit })
        const rig = new LogRig({ open, failpoints })
        try {
          rig.check()
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

test('two logs in one environment do not disturb each other', () => {
  fc.assert(
    fc.property(twoLogHistory, (steps) => {
      const failpoints = new FailpointRegistry()
      const directory = freshDirectory()
      const environment = LmdbEnvironment.open(directory)
      const rigs = ['left', 'right'].map(
        (name) =>
          new LogRig({
            failpoints,
            open: () => openLmdbLogIn(environment, name, { create: true, failpoints }),
          }),
      )
      try {
        steps.forEach(([which, step], position) => {
          rigs[which]?.run(step, position)
          rigs[1 - which]?.check()
        })
        for (const rig of rigs) rig.finish()
        for (const rig of rigs) rig.check()
      } finally {
        for (const rig of rigs) rig.dispose()
        environment.close()
        removeDirectory(directory)
      }
    }),
    propertyParameters(200),
  )
})
