import { mkdirSync } from 'node:fs'

export async function openBetterSqlite(directory) {
  const { default: Sqlite } = await import('better-sqlite3')
  mkdirSync(directory)
  const database = new Sqlite(`${directory}/log.db`)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.exec('CREATE TABLE entry (id INTEGER PRIMARY KEY, value BLOB NOT NULL)')
  const insert = database.prepare('INSERT INTO entry (id, value) VALUES (?, ?)')
  const select = database.prepare('SELECT value FROM entry WHERE id >= ? AND id < ? ORDER BY id').pluck()
  let next = 0
  const insertAll = database.transaction((values) => {
    for (const value of values) insert.run(next++, value)
  })
  return {
    commit(values) {
      insertAll(values)
    },
    read: (from, count) => select.all(from, from + count),
    close: () => database.close(),
  }
}
