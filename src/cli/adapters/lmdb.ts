/** The default store, as the suites take it. */
import type { LogAdapter } from '../../conformance/adapter.ts'
import { openLmdbLog } from '../../log/index.ts'

const adapter: LogAdapter = {
  name: 'the LMDB store',
  survivesProcess: true,
  // LMDB's table of readers: whoever opens the environment first makes it anew.
  volatileFiles: ['lock.mdb'],
  stateMachineUrl: new URL('./lmdb-state-machine.js', import.meta.url).href,
  open: (directory, options) => openLmdbLog(directory, options),
}

export default adapter
