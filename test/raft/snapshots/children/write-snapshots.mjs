// Writes snapshots 1 to `count` of `bytes` bytes each and keeps the newest two, and says before and after each step what it does.
// With `later`, other threads remove the old ones. Usage: write-snapshots.mjs <directory> <count> <bytes> [later]
import { writeSync } from 'node:fs'
import { failpoints } from '../../../../dist/failpoints/index.js'
import { SnapshotStore } from '../../../../dist/src/raft/snapshots/index.js'

const [directory, count, bytes, when] = process.argv.slice(2)
const say = (line) => writeSync(1, `${JSON.stringify(line)}\n`)
const chunkBytes = 100_000

const store = SnapshotStore.open(directory, { failpoints })
failpoints.countHits(true)
for (let index = 1; index <= Number(count); index++) await tryOne(index)
say({ hits: Object.fromEntries(failpoints.sites().map(({ name, hits }) => [name, hits])) })
say({ listed: store.list().map(({ index }) => index) })

async function tryOne(index) {
  try {
    await writeOne(index)
  } catch ({ name, reason, inDoubt }) {
    say({ failed: index, name, reason, inDoubt, listed: store.list().map((info) => info.index) })
  }
}

async function writeOne(index) {
  const writer = store.create({ index, term: 1, membership: Buffer.from(`members at ${index}`) })
  say({ begun: writer.id })
  for (let at = 0; at < Number(bytes); at += chunkBytes) {
    const chunk = Buffer.alloc(Math.min(chunkBytes, Number(bytes) - at), index)
    await new Promise((resolve) => writer.write(chunk, resolve))
  }
  const { id } = await writer.finish()
  say({ acked: id })
  say({
    removing: store
      .list()
      .slice(2)
      .map((info) => info.id),
  })
  if (when === 'later') await store.retainLater(2)
  else store.retain(2)
  say({ removed: true })
}
