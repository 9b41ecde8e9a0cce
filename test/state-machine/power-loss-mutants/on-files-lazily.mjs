// The state machine on files that syncs only when it is told, and says so.
import { FileStateMachine } from '../../../dist/src/state-machine/index.js'
import onFiles from './on-files.mjs'

export default {
  ...onFiles,
  isAlwaysDurable: false,
  create: (directory, options) => new FileStateMachine(directory, { ...options, sync: 'never' }),
}
