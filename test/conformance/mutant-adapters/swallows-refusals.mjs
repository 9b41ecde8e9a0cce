/** Calls a write that must be refused a success. */
import { openLmdbLog } from '../../../dist/src/index.js'
import { override } from '../../children/file-store.mjs'

function open(directory, options) {
  const log = openLmdbLog(directory, options)
  const commit = (ops, operation) => {
    try {
      log.commit(ops, operation)
    } catch {
      // As if nothing had been asked for.
    }
  }
  return override(log, { commit })
}

export default { name: 'swallows refusals', survivesProcess: true, open }
