/** A store of another make that is right: after a failure of any kind it refuses everything until it is opened again. */
import { WriteFailedError } from '../../../../dist/src/errors.js'
import { openWholeFile } from '../../power-loss/adapters/whole-file-store.mjs'

const writes = ['commit', 'defer', 'flush']

function open(directory, options) {
  const log = openWholeFile(directory, options)
  let cause
  const guard = (operation, call) => {
    if (cause !== undefined) throw failed(operation, cause)
    try {
      return call()
    } catch (error) {
      if (error.code?.startsWith('HOLDFAST_')) throw error
      cause = error
      throw failed(operation, error)
    }
  }
  return new Proxy(log, {
    get(target, name) {
      const member = Reflect.get(target, name, target)
      // Nothing is written at the end by a store that does not know what it has written.
      if (name === 'close' || name === Symbol.dispose)
        return () => (cause === undefined ? target.close() : undefined)
      if (!writes.includes(name)) return member
      return (...args) => guard(args.at(-1), () => member(...args))
    },
  })
}

function failed(operation, cause) {
  return new WriteFailedError({
    log: 'log',
    operation: String(operation),
    reason: 'io',
    inDoubt: true,
    cause,
  })
}

export default { name: 'poisons itself', survivesProcess: true, open }
