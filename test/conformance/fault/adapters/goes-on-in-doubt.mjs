/** Tells of a write that is in doubt, and takes the next one all the same. */
import { WriteFailedError } from '../../../../dist/src/errors.js'
import { openAppending } from '../../power-loss/adapters/appending-store.mjs'

function open(directory, options) {
  const log = openAppending(directory, options)
  return new Proxy(log, {
    get(target, name) {
      const member = Reflect.get(target, name, target)
      if (name !== 'commit') return member
      return (ops, operation) => {
        try {
          return member(ops, operation)
        } catch (cause) {
          throw new WriteFailedError({ log: 'log', operation, reason: 'io', inDoubt: true, cause })
        }
      }
    },
  })
}

export default { name: 'goes on in doubt', survivesProcess: true, open }
