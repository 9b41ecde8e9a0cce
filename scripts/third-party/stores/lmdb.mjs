/**
 * A naive log on lmdb. By default it waits for the promise of each batch. `?wait=no`: it waits for nothing, with lmdb's cache, in which a
 * write is seen before it is made. `?overlapping=no`: with `overlappingSync: false`, where a transaction is synced before it is
 * committed. `?created=aside`: the new environment is synced before it has its name.
 */
import { open as openLmdb } from 'lmdb'
import { createdAside } from '../created-aside.mjs'
import { capabilities, openNaiveLog } from '../naive-log.mjs'

const { searchParams } = new URL(import.meta.url)
const isAwaited = searchParams.get('wait') !== 'no'
const overlappingSync = searchParams.get('overlapping') !== 'no'
const isAside = searchParams.get('created') === 'aside'

const openDatabase = (path) => openLmdb({ path, encoding: 'binary', overlappingSync, cache: !isAwaited })
const create = (path) => openDatabase(path).close()

async function open(directory) {
  const database = openDatabase(isAside ? await createdAside(directory, create) : directory)
  return openNaiveLog({
    get: (key) => database.get(key),
    keys: (start, end) => [...database.getKeys({ start, end })],
    batch: (writes) => write(database, writes),
    close: () => database.close(),
  })
}

async function write(database, writes) {
  const committed = database.batch(() => {
    for (const [key, value] of writes) value === undefined ? database.remove(key) : database.put(key, value)
  })
  if (isAwaited) await committed
}

const words = [
  overlappingSync ? '' : 'overlappingSync: false',
  isAwaited ? '' : 'not awaited',
  isAside ? 'created aside' : '',
]

export default {
  name: ['lmdb', ...words.filter(Boolean)].join(', '),
  kind: 'log',
  capabilities,
  open,
  volatileFiles: ['lock.mdb'],
}
