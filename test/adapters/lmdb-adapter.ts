/** The LMDB store as an adapter. */
import type { LogAdapter } from '../../src/conformance/adapter.ts'
import { openLmdbLog } from '../../src/log/index.ts'

export const lmdbAdapter: LogAdapter = {
  name: 'lmdb',
  survivesProcess: true,
  open: (directory, options = {}) => openLmdbLog(directory, options),
}
