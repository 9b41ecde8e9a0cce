/** Raft storage on the default store, as the suites take it. */
import type { LogAdapter } from '../../conformance/adapter.ts'
import adapter from './lmdb.ts'

const raft: LogAdapter = {
  ...{ name: 'Raft storage on the LMDB store', kind: 'raft', snapshots: true },
  survivesProcess: adapter.survivesProcess,
  volatileFiles: adapter.volatileFiles,
  open: (directory, options) => adapter.open(directory, options),
}

export default raft
