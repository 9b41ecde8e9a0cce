// Answers a chunk whose effects are in the kernel alone.
import { forgetsToSync } from './mistake.mjs'
import onFiles from './on-files.mjs'

forgetsToSync((path) => /wal-\d+\.log$/.test(path))

export default { ...onFiles, name: 'one that acks before it syncs its log' }
