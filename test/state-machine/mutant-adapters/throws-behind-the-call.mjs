// Has an error that nobody catches, after it has answered.
import adapter from '../../../dist/src/cli/adapters/lmdb-state-machine.js'
import { LmdbStateMachine } from '../../../dist/src/state-machine/index.js'

class Careless extends LmdbStateMachine {
  async collectExpired(limit) {
    setImmediate(() => {
      throw new Error('nobody expected this')
    })
    return super.collectExpired(limit)
  }
}

export default {
  ...adapter,
  name: 'a careless one',
  create: (directory, options) => new Careless(directory, options),
}
