/** What Raft saves together, state and entries, is written in two commits: the entries first. */
import { openLmdbLog } from '../../../dist/src/index.js'
import { override } from '../../children/file-store.mjs'

function open(directory, options) {
  const log = openLmdbLog(directory, options)
  const commit = (ops, operation) => {
    const entries = operation === 'save_with' ? ops.filter(({ kind }) => !kind.endsWith('Meta')) : []
    if (entries.length > 0) log.commit(entries, operation)
    log.commit(entries.length > 0 ? ops.filter((op) => !entries.includes(op)) : ops, operation)
  }
  return override(log, { commit })
}

export default { name: 'saves apart', survivesProcess: true, open }
