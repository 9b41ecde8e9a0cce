/** A state machine that is right, as a stranger hands one in. */
import { defineAdapter } from '../../../../dist/src/conformance/index.js'
import { FileStateMachine } from '../../../../dist/src/state-machine/index.js'

/** `change` makes another one of it, for mutants. */
export const machine = (name, change = (made) => made) =>
  defineAdapter({
    name,
    kind: 'state-machine',
    open: (directory, options) => change(new FileStateMachine(directory, options)),
  })

/** `made`, with other methods. */
export const withMethods = (made, methods) =>
  new Proxy(made, {
    get: (target, key) => {
      if (Object.hasOwn(methods, key)) return methods[key]
      const value = target[key]
      return typeof value === 'function' ? value.bind(target) : value
    },
  })

export default machine('a machine')
