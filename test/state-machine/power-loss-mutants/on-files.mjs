// The state machine on files, with a checkpoint now and then.
import adapter from '../../../dist/src/cli/adapters/file-state-machine.js'
import { FileStateMachine } from '../../../dist/src/state-machine/index.js'

const often = { checkpointEntries: 10, checkpointRatio: 0, segmentBytes: 4096 }

export default {
  ...adapter,
  create: (directory, options) => new FileStateMachine(directory, { ...often, ...options }),
}
