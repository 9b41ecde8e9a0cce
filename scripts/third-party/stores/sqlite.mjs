/** A naive log on SQLite. `?journal=WAL&synchronous=FULL`: the two settings that decide what a commit survives. */
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { capabilities, openNaiveLog } from '../naive-log.mjs'

const { searchParams } = new URL(import.meta.url)
const journal = searchParams.get('journal')
const synchronous = searchParams.get('synchronous')

function open(directory) {
  const database = new Database(join(directory, 'log.db'))
  database.pragma(`journal_mode = ${journal}`)
  database.pragma(`synchronous = ${synchronous}`)
  database.exec('CREATE TABLE IF NOT EXISTS pairs (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID')
  const get = database.prepare('SELECT value FROM pairs WHERE key = ?').pluck()
  const keys = database.prepare('SELECT key FROM pairs WHERE key >= ? AND key < ?').pluck()
  const put = database.prepare('INSERT OR REPLACE INTO pairs VALUES (?, ?)')
  const remove = database.prepare('DELETE FROM pairs WHERE key = ?')
  return openNaiveLog({
    get: (key) => get.get(key),
    keys: (from, to) => keys.all(from, to),
    batch: database.transaction((writes) => {
      for (const [key, value] of writes) value === undefined ? remove.run(key) : put.run(key, value)
    }),
    close: () => database.close(),
  })
}

export default {
  name: `better-sqlite3, journal_mode=${journal}, synchronous=${synchronous}`,
  kind: 'log',
  capabilities,
  open,
  // The index of the write-ahead log is shared memory, and made anew from the log by whoever opens it first.
  volatileFiles: ['log.db-shm'],
}
