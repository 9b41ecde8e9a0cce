/** A purge removes the entries, and what it is to remember is written only when the log is closed. */
import { openLmdbLog } from '../../../dist/src/index.js'
import { override } from '../../children/file-store.mjs'

function open(directory, options) {
  const log = openLmdbLog(directory, options)
  let held = []
  const defer = (ops, operation) => {
    if (operation !== 'purge') return log.defer(ops, operation)
    held = ops.filter(({ kind }) => kind === 'setMeta')
    log.defer(
      ops.filter((op) => !held.includes(op)),
      operation,
    )
  }
  const close = () => {
    if (held.length > 0) log.defer(held)
    log.close()
  }
  return override(log, { defer, close, [Symbol.dispose]: close })
}

export default { name: 'purges without boundary', survivesProcess: true, open }
