/** A state machine that scans forwards, also when it is asked to scan backwards. */
import { machine, withMethods } from './machine.mjs'

export default machine('scans forwards', (made) =>
  withMethods(made, { scan: (options) => made.scan({ ...options, reverse: false }) }),
)
