/** The default store with every page of its trees checked before LMDB is let near the file. */
import type { LogAdapter } from '../../conformance/adapter.ts'
import { openLmdbLog } from '../../log/index.ts'
import adapter from './lmdb.ts'

const checked: LogAdapter = {
  ...adapter,
  name: 'the LMDB store, its trees checked',
  open: (directory, options) => openLmdbLog(directory, { ...options, checkFile: 'tree' }),
}

export default checked
