// Writes one snapshot of many mebibytes by a pipeline, and reads it: says how much memory the process had at most while it did.
// Usage: big-snapshot.mjs <directory> <mebibytes>
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { SnapshotStore } from '../../../../dist/src/raft/snapshots/index.js'

const [directory, mebibytes] = process.argv.slice(2)
const chunk = Buffer.alloc(256 * 1024)
let rssMax = 0

function sampleMemory() {
  rssMax = Math.max(rssMax, process.memoryUsage.rss())
}

function* data() {
  for (let turn = 0; turn < Number(mebibytes) * 4; turn++) {
    sampleMemory()
    // No two chunks alike, and always memory of its own, as from a state machine.
    yield Buffer.from(chunk.fill(turn & 0xff, 0, 8))
  }
}

const store = SnapshotStore.open(directory)
const writer = store.create({ index: 1, term: 1 })
await pipeline(Readable.from(data(), { objectMode: false }), writer)
const info = await writer.finish()
const rssWriting = rssMax
rssMax = 0
let bytes = 0
for await (const part of store.open(info.id)) {
  bytes += part.length
  sampleMemory()
}
process.stdout.write(`${JSON.stringify({ bytes, rssWriting, rssReading: rssMax })}\n`)
