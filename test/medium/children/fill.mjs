/** Appends batches until the medium has no room, then shows that the store is as usable as before. */
import { openLmdbLog } from '../../../dist/src/index.js'
import { facts, say } from './say.mjs'

const [directory, entries, bytes] = process.argv.slice(2).map((word, at) => (at === 0 ? word : Number(word)))
const log = openLmdbLog(directory, { reclaimPerCommit: 0 })
const batch = Array.from({ length: entries }, (_, at) => new Uint8Array(bytes).fill(at + 1))
let acked = 0
for (;;) {
  try {
    log.commit([{ kind: 'append', entries: batch }])
    acked += entries
  } catch (error) {
    say({
      acked,
      ...facts(error),
      nextIndex: log.nextIndex,
      last: log.get(acked - 1)?.[0],
      audit: log.audit(),
    })
    break
  }
}
// What makes room is never refused, and the room it makes inside the file is there for the next owner.
log.commit([{ kind: 'trim', upTo: acked - 1 }])
say({ firstIndex: log.firstIndex, reclaimed: log.reclaim(), audit: log.audit() })
log.commit([{ kind: 'append', entries: batch }])
say({ nextIndex: log.nextIndex, last: log.get(log.nextIndex - 1)?.[0] })
log.close()
