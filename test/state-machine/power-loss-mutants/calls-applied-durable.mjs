// Syncs when it is told, and calls durable what is only applied.
import { FileStateMachine } from '../../../dist/src/state-machine/index.js'
import onFiles from './on-files.mjs'

class Boastful extends FileStateMachine {
  durableApplied() {
    return this.applied()
  }
}

export default {
  ...onFiles,
  name: 'one that calls everything durable',
  create: (directory, options) => new Boastful(directory, { ...options, sync: 'never' }),
}
