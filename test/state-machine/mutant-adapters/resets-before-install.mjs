// Makes room for a snapshot before it has it: what was there is gone when the install is cut short.
import adapter from '../../../dist/src/cli/adapters/lmdb-state-machine.js'
import { LmdbStateMachine } from '../../../dist/src/state-machine/index.js'

class Hasty extends LmdbStateMachine {
  async beginInstall(manifest) {
    await this.reset()
    return super.beginInstall(manifest)
  }
}

export default {
  ...adapter,
  name: 'one that makes room first',
  create: (directory, options) => new Hasty(directory, options),
}
