/** The state machine on files, as the suites take it. */
import type { StateMachineAdapter } from '../../conformance/state-machine/index.ts'
import { FileStateMachine } from '../../state-machine/index.ts'

const adapter: StateMachineAdapter = {
  name: 'the state machine on files',
  survivesProcess: true,
  isAlwaysDurable: true,
  hasNative: false,
  create: (directory, options) => new FileStateMachine(directory, options),
}

export default adapter
