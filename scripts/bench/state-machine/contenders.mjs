// Who applies chunks of puts. `prepare(numbers)` makes what `apply` is then given, and takes no time: keys and values of one's own are at
// hand in every case. Only what a contender makes of them counts.
import { join } from 'node:path'
import { open } from 'lmdb'

export const valueBytes = 128
const value = Buffer.alloc(valueBytes, 'v')

export function keyOf(number) {
  return Buffer.from(`key-${String(Math.imul(number, 2_654_435_761) >>> 0).padStart(10, '0')}`)
}

/** A state machine, given commands as objects: decoding is not asked about. */
export async function openMachine(directory, name, Machine) {
  const machine = new Machine(join(directory, name), { name })
  await machine.start()
  let next = machine.applied().index + 1
  return {
    name,
    machine,
    prepare: (numbers) =>
      numbers.map((number) => ({
        index: next++,
        term: 1,
        command: { kind: 'put', key: keyOf(number), value },
      })),
    apply: (entries) => machine.applyChunk(entries),
    close: () => machine.close(),
  }
}

/** The records that a chunk is on LMDB, in as many transactions: a row with 29 bytes before its value, and the position. */
export function openRawLmdb(directory) {
  const binary = { encoding: 'binary', keyEncoding: 'binary', cache: false }
  const root = open({ path: join(directory, 'raw'), noSubdir: false, overlappingSync: false, ...binary })
  const rows = root.openDB({ name: 'rows', ...binary })
  const meta = root.openDB({ name: 'meta', ...binary })
  const position = Buffer.from('applied')
  const applied = Buffer.alloc(57)
  return {
    name: 'raw lmdb, the same records',
    prepare: (numbers) =>
      numbers.map((number) => ({ key: keyOf(number), row: Buffer.concat([Buffer.alloc(29), value]) })),
    apply(records) {
      root.transactionSync(() => {
        for (const { key, row } of records) rows.putSync(key, row)
        meta.putSync(position, applied)
      })
    },
    close: () => root.close(),
  }
}

/** @throws where better-sqlite3 is not installed */
export async function openSqlite(directory) {
  // From here, where `npm run bench` installs the contenders.
  const { default: Sqlite } = await import('better-sqlite3')
  const database = new Sqlite(join(directory, 'sqlite.db'))
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.exec(
    'CREATE TABLE kv (key BLOB PRIMARY KEY, made INTEGER, changed INTEGER, value BLOB) WITHOUT ROWID',
  )
  database.exec('CREATE TABLE applied (id INTEGER PRIMARY KEY, position INTEGER)')
  const put = database.prepare(
    'INSERT INTO kv VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET changed = excluded.changed, value = excluded.value',
  )
  const move = database.prepare('INSERT OR REPLACE INTO applied VALUES (1, ?)')
  let index = 0
  const apply = database.transaction((keys) => {
    for (const key of keys) put.run(key, ++index, index, value)
    move.run(index)
  })
  return {
    name: 'better-sqlite3, FULL',
    prepare: (numbers) => numbers.map(keyOf),
    apply: (keys) => void apply(keys),
    close: () => database.close(),
  }
}
