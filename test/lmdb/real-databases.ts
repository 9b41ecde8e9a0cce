/** Histories that leave LMDB data files of every shape that matters to the check of their size. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'

export interface RealDatabase {
  readonly name: string
  /** The shape is not worth having if this does not hold. */
  readonly isLegallyShort: boolean
  readonly pageSize?: number
  readonly history: (environment: RootDatabase<Buffer, Buffer>) => void
}

type Log = Database<Buffer, Buffer>

const binary = { encoding: 'binary', keyEncoding: 'binary', cache: false } as const

function openLog(environment: RootDatabase<Buffer, Buffer>, name: string): Log {
  return environment.openDB<Buffer, Buffer>({ name, ...binary })
}

function key(index: number): Buffer {
  const bytes = Buffer.alloc(9, 'L')
  bytes.writeBigUInt64BE(BigInt(index), 1)
  return bytes
}

function put(log: Log, from: number, to: number, bytes: number): void {
  for (let index = from; index < to; index += 1) log.putSync(key(index), Buffer.alloc(bytes, `${index};`))
}

function remove(log: Log, from: number, to: number, step = 1): void {
  for (let index = from; index < to; index += step) log.removeSync(key(index))
}

export const realDatabases: readonly RealDatabase[] = [
  { name: 'nothing in it', isLegallyShort: false, history: () => {} },
  {
    name: 'two logs of small entries',
    isLegallyShort: false,
    history: (environment) => {
      for (const name of ['a', 'b']) {
        const log = openLog(environment, name)
        environment.transactionSync(() => put(log, 0, 1_500, 40))
      }
    },
  },
  {
    name: 'small entries on pages of 512 bytes',
    isLegallyShort: false,
    pageSize: 512,
    history: (environment) => {
      const log = openLog(environment, 'a')
      environment.transactionSync(() => put(log, 0, 400, 60))
    },
  },
  {
    name: 'big values on pages of 16384 bytes',
    isLegallyShort: false,
    pageSize: 16_384,
    history: (environment) => {
      const log = openLog(environment, 'a')
      environment.transactionSync(() => put(log, 0, 12, 50_000))
    },
  },
  {
    name: 'big values, the last one on the final pages',
    isLegallyShort: false,
    history: (environment) => {
      const log = openLog(environment, 'a')
      environment.transactionSync(() => put(log, 0, 5, 9_000))
      environment.transactionSync(() => put(log, 5, 6, 60_000))
    },
  },
  {
    name: 'a long list of free pages, itself on overflow pages',
    isLegallyShort: false,
    history: (environment) => {
      const log = openLog(environment, 'a')
      environment.transactionSync(() => put(log, 0, 1_300, 3_000))
      // Every second value: the free pages form no runs, so their list needs pages of its own.
      environment.transactionSync(() => remove(log, 0, 1_300, 2))
      environment.transactionSync(() => put(log, 5_000, 5_001, 10))
    },
  },
  {
    // The pages of the values are allocated at the end of the file, and freed before the commit that would write them.
    name: 'appended and truncated within one commit',
    isLegallyShort: true,
    history: (environment) => {
      const log = openLog(environment, 'a')
      environment.transactionSync(() => put(log, 0, 300, 100))
      for (let round = 0; round < 3; round += 1) {
        environment.transactionSync(() => remove(log, round * 50, round * 50 + 50))
      }
      environment.transactionSync(() => {
        put(log, 300, 320, 20_000)
        remove(log, 300, 320)
      })
    },
  },
  {
    name: 'appended and truncated within one commit, again and again',
    isLegallyShort: true,
    history: (environment) => {
      const log = openLog(environment, 'a')
      for (let round = 0; round < 12; round += 1) {
        const from = round * 20
        environment.transactionSync(() => put(log, from, from + 20, round % 4 === 0 ? 9_000 : 300))
        if (round % 3 === 2) {
          environment.transactionSync(() => {
            put(log, from + 20, from + 40, 9_000 * round)
            remove(log, from - 30, from + 40)
          })
        }
      }
    },
  },
  {
    // Enough values under a key that they become trees of their own, instead of pages within a node.
    name: 'nested trees of many values under one key',
    isLegallyShort: true,
    history: (environment) => {
      const unequal = environment.openDB<Buffer, Buffer>({ name: 'unequal', dupSort: true, ...binary })
      // Not among the documented options: values of one size are stored without node headers.
      const ofOneSize = { name: 'equal', dupSort: true, dupFixed: true, ...binary }
      const equal = environment.openDB<Buffer, Buffer>(ofOneSize)
      environment.transactionSync(() => {
        for (let index = 0; index < 2_400; index += 1) {
          unequal.putSync(key(index % 3), Buffer.alloc(20 + (index % 50), `${index};`))
          equal.putSync(key(index % 3), key(index))
        }
      })
      const log = openLog(environment, 'a')
      environment.transactionSync(() => {
        put(log, 0, 8, 30_000)
        remove(log, 0, 8)
      })
    },
  },
]

/** The bytes of the data file that the history leaves. */
export async function buildDataFile(database: RealDatabase): Promise<Buffer> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-data-file-'))
  try {
    const environment = open<Buffer, Buffer>({
      path: directory,
      noSubdir: false,
      overlappingSync: false,
      maxDbs: 8,
      ...binary,
      ...(database.pageSize === undefined ? {} : { pageSize: database.pageSize }),
    })
    database.history(environment)
    await environment.close()
    return readFileSync(join(directory, 'data.mdb'))
  } finally {
    rmSync(directory, { recursive: true })
  }
}
