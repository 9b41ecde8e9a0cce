/** Commits a batch one operation at a time, when none of them can be refused. */
import { openLmdbLog } from '../../../dist/src/index.js'
import { override } from '../../children/file-store.mjs'

function open(directory, options) {
  const log = openLmdbLog(directory, options)
  const commit = (ops, operation) => {
    const mayBeRefused = ops.some(({ kind }) => kind === 'replaceSuffix')
    for (const part of mayBeRefused ? [ops] : ops.map((op) => [op])) log.commit(part, operation)
  }
  return override(log, { commit })
}

export default { name: 'tears batches', survivesProcess: true, open }
