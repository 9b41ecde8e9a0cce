/** Term and vote are visible at once, and durable with the next write of something else. */
import { openLmdbLog } from '../../../dist/src/index.js'
import { override } from '../../children/file-store.mjs'

function open(directory, options) {
  const log = openLmdbLog(directory, options)
  const commit = (ops, operation) => {
    if (operation === 'save_hard_state') log.defer(ops, operation)
    else log.commit(ops, operation)
  }
  return override(log, { commit })
}

export default { name: 'defers votes', survivesProcess: true, open }
