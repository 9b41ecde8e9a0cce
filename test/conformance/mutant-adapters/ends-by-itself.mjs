/** Ends the process in its tenth commit, as reading a truncated map would. */
import { openLmdbLog } from '../../../dist/src/index.js'
import { override } from '../../children/file-store.mjs'

function open(directory, options) {
  const log = openLmdbLog(directory, options)
  let commits = 0
  const commit = (ops, operation) => {
    commits += 1
    if (commits === 10) process.kill(process.pid, 'SIGBUS')
    log.commit(ops, operation)
  }
  return override(log, { commit })
}

export default { name: 'ends by itself', survivesProcess: true, open }
