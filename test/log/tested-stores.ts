/** The stores that an engine's histories run on, memory first: a fresh place for each history, which may be opened again. */
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { FailpointRegistry } from '../../failpoints/index.ts'
import { type LogStore, MemoryDisk, MemoryLog, openLmdbLog } from '../../src/log/index.ts'
import { removeDirectory, temporaryDirectory } from './temporary-directories.ts'

export interface TestedStore {
  readonly name: string
  readonly runs: number
  readonly place: (failpoints: FailpointRegistry) => { openLog: () => LogStore; remove: () => void }
}

/** Called once in a file of tests, whose directory it makes and removes. `runs` says how many histories each store gets. */
export function testedStores(runs: {
  readonly memory: number
  readonly lmdb: number
}): readonly TestedStore[] {
  let parent: string
  let historyCount = 0
  beforeAll(() => {
    parent = temporaryDirectory()
  })
  afterAll(() => removeDirectory(parent))
  return [
    {
      name: 'memory',
      runs: runs.memory,
      place: (failpoints) => {
        const disk = new MemoryDisk()
        return { openLog: () => new MemoryLog({ failpoints, disk }), remove: () => undefined }
      },
    },
    {
      name: 'LMDB',
      runs: runs.lmdb,
      place: (failpoints) => {
        const directory = join(parent, `history-${historyCount++}`)
        return {
          openLog: () => openLmdbLog(directory, { failpoints }),
          remove: () => removeDirectory(directory),
        }
      },
    },
  ]
}
