// Ends, in an orderly way, while a snapshot is being written. Usage: exit-unfinished.mjs <directory>
import { SnapshotStore } from '../../../../dist/src/raft/snapshots/index.js'

const store = SnapshotStore.open(process.argv[2])
const writer = store.create({ index: 1, term: 1 })
await new Promise((resolve) => writer.write(Buffer.alloc(1000), resolve))
process.exit(0)
