// Everything that is measured, with the same durability: a commit is on the disk when the call, or its promise, is done.
//
// A contender opens in a directory of its own and then has
//   commit(values)      writes a batch at its end; may return a promise
//   headerBytes         how many bytes it wants in front of each value of a commit, if any
//   read(from, count)   the values from there on, checked for their number by the caller; not the floor
//   close()
import { openBetterSqlite } from './better-sqlite.mjs'
import { openClassicLevel } from './classic-level.mjs'
import { openFloor } from './floor.mjs'
import { openHoldfast } from './holdfast.mjs'
import { openRawLmdb } from './raw-lmdb.mjs'

export const contenders = [
  { name: 'floor', what: 'one O_DSYNC write of the same bytes to a preallocated file', open: openFloor },
  { name: 'lmdb', what: 'raw lmdb, the same puts, append mode, transactionSync', open: openRawLmdb },
  { name: 'holdfast', what: 'log.commit of one append', open: openHoldfast },
  { name: 'classic-level', what: 'LevelDB, batch with sync: true', open: openClassicLevel },
  { name: 'better-sqlite3', what: 'SQLite, WAL, synchronous=FULL, one transaction', open: openBetterSqlite },
]

/** Opens every contender that can be had. The others come back with the reason why not. */
export async function openContenders(directory, settings, names = contenders.map(({ name }) => name)) {
  const opened = []
  const absent = []
  for (const { name, what, open } of contenders.filter((contender) => names.includes(contender.name))) {
    try {
      opened.push({ name, what, ...(await open(`${directory}/${name}`, settings)) })
    } catch (error) {
      absent.push({ name, what, reason: String(error.message ?? error).split('\n')[0] })
    }
  }
  return { opened, absent }
}
