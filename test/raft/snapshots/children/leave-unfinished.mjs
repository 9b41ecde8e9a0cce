// Forgets a big snapshot in the middle, and has nothing else to do. Usage: leave-unfinished.mjs <directory>
import { SnapshotStore } from '../../../../dist/src/raft/snapshots/index.js'

const store = SnapshotStore.open(process.argv[2])
const writer = store.create({ index: 1, term: 1 })
await new Promise((resolve) => writer.write(Buffer.alloc(12_000_000), resolve))
process.stdout.write(`${JSON.stringify({ begun: writer.id })}\n`)
