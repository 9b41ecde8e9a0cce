/** Appends `count` entries of `bytes` bytes, one commit each, and says how each ended; then closes, reopens, and says what is there. */
import { openLmdbLog } from '../../../dist/src/index.js'
import { facts, say } from './say.mjs'

const [directory, count, bytes] = process.argv.slice(2)
const log = openLmdbLog(directory)
for (let turn = 0; turn < Number(count); turn++) {
  say({ begin: turn })
  try {
    log.commit([{ kind: 'append', entries: [new Uint8Array(Number(bytes)).fill(turn)] }])
    say({ acked: turn, nextIndex: log.nextIndex })
  } catch (error) {
    say({
      failed: turn,
      ...facts(error),
      read: attempt(() => log.get(0)?.length),
      next: attempt(() => log.nextIndex),
    })
  }
}
log.close()
const again = openLmdbLog(directory)
say({
  reopened: again.nextIndex,
  first: Array.from(again.entries(), ({ value }) => value[0]),
  audit: again.audit(),
})
again.close()

function attempt(read) {
  try {
    return read()
  } catch (error) {
    return error.name
  }
}
