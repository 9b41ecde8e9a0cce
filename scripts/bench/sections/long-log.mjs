// Logs of many entries, for the sections that need one.
import { openLmdbLog } from '../../../dist/src/index.js'
import { createValues } from '../random.mjs'

const entriesPerCommit = 10_000

/** Fills a log in `directory` with `count` entries, and closes it. */
export function fillLog(directory, count, { seed, entryBytes }) {
  const values = createValues(seed, Math.min(count, entriesPerCommit), entryBytes)
  const log = openLmdbLog(directory)
  while (log.nextIndex < count) {
    log.commit([{ kind: 'append', entries: values.slice(0, count - log.nextIndex) }])
  }
  log.close()
}
