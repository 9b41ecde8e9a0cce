/**
 * A naive log on LevelDB. `?sync=true`: each batch is synced before its promise resolves. That is not the default. `?created=aside`: so
 * is the new store, before it has its name.
 */
import { ClassicLevel } from 'classic-level'
import { createdAside } from '../created-aside.mjs'
import { capabilities, openNaiveLog } from '../naive-log.mjs'

const { searchParams } = new URL(import.meta.url)
const sync = searchParams.get('sync') === 'true'
const isAside = searchParams.get('created') === 'aside'

async function open(directory) {
  const level = await openLevel(isAside ? await createdAside(directory, create) : directory)
  return openNaiveLog({
    get: (key) => level.get(key),
    keys: (gte, lt) => level.keys({ gte, lt }).all(),
    batch: (writes) => level.batch(writes.map(asOperation), { sync }),
    close: () => level.close(),
  })
}

async function openLevel(path) {
  const level = new ClassicLevel(path, { keyEncoding: 'utf8', valueEncoding: 'buffer' })
  await level.open()
  return level
}

async function create(path) {
  const level = await openLevel(path)
  await level.close()
}

const asOperation = ([key, value]) =>
  value === undefined ? { type: 'del', key } : { type: 'put', key, value }

export default {
  name: `classic-level, sync: ${sync}${isAside ? ', created aside' : ''}`,
  kind: 'log',
  capabilities,
  open,
  volatileFiles: ['LOCK'],
}
