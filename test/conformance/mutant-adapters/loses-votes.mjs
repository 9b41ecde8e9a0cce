/** Forgets Raft's term and vote when they are written with something else. */
import { openLmdbLog } from '../../../dist/src/index.js'
import { override } from '../../children/file-store.mjs'

function open(directory, options) {
  const log = openLmdbLog(directory, options)
  const commit = (ops, operation) => {
    const isAlone = ops.length === 1
    log.commit(isAlone ? ops : ops.filter(({ key }) => key !== 'raft.vote'), operation)
  }
  return override(log, { commit })
}

export default { name: 'loses votes', survivesProcess: true, open }
