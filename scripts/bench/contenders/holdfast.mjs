import { openLmdbLog } from '../../../dist/src/index.js'

/** `options` are the log's own, for contenders that differ in them. */
export function openHoldfast(directory, _settings, options = {}) {
  const log = openLmdbLog(directory, options)
  return {
    commit(values) {
      log.commit([{ kind: 'append', entries: values }])
    },
    read: (from, count) => log.read(from, from + count),
    close: () => log.close(),
  }
}
