/** Removes the old suffix in one commit, and writes the new one in the next. */
import { openLmdbLog } from '../../../dist/src/index.js'
import { override } from '../../children/file-store.mjs'

function open(directory, options) {
  const log = openLmdbLog(directory, options)
  const commit = (ops, operation) => {
    const [op] = ops
    const isReplacing = ops.length === 1 && op.kind === 'replaceSuffix' && op.from < log.nextIndex
    if (isReplacing) log.commit([{ ...op, entries: [] }], operation)
    log.commit(ops, operation)
  }
  return override(log, { commit })
}

export default { name: 'replaces in two commits', survivesProcess: true, open }
