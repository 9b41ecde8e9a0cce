/** Writes the entries of a batch one after the other, each in a commit of its own. */
import { openLmdbLog } from '../../../dist/src/index.js'
import { override } from '../../children/file-store.mjs'

function open(directory, options) {
  const log = openLmdbLog(directory, options)
  const commit = (ops, operation) => {
    const last = ops.at(-1)
    if (last?.kind !== 'replaceSuffix' || last.entries.length < 2) return log.commit(ops, operation)
    const [first, ...others] = last.entries
    log.commit([...ops.slice(0, -1), { ...last, entries: [first] }], operation)
    for (const entry of others) log.commit([{ kind: 'append', entries: [entry] }], operation)
  }
  return override(log, { commit })
}

export default { name: 'appends one by one', survivesProcess: true, open }
