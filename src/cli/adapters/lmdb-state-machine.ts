/** The state machine on LMDB, as the suites take it. */
import type { StateMachineAdapter } from '../../conformance/state-machine/index.ts'
import { LmdbStateMachine } from '../../state-machine/index.ts'

const adapter: StateMachineAdapter = {
  name: 'the state machine on LMDB',
  survivesProcess: true,
  isAlwaysDurable: true,
  hasNative: true,
  // LMDB's table of readers: whoever opens the environment first makes it anew.
  volatileFiles: ['lock.mdb'],
  create: (directory, options) => new LmdbStateMachine(directory, options),
}

export default adapter
