// Opens and writes snapshots where it may not, as nobody when this is root: root may write anywhere.
// Usage: open-unwritable.mjs <directory> <new directory in it, or nothing>
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { SnapshotStore } from '../../../../dist/src/raft/snapshots/index.js'

const [directory, inside = ''] = process.argv.slice(2)
chmodSync(directory, 0o555)
if (process.geteuid() === 0) process.setuid(65534)
try {
  const store = SnapshotStore.open(join(directory, inside))
  process.stdout.write(`${JSON.stringify({ listed: store.list() })}\n`)
  store.create({ index: 1, term: 1 })
} catch ({ name, reason, inDoubt }) {
  process.stdout.write(`${JSON.stringify({ name, reason, inDoubt })}\n`)
}
