// CURRENT names a checkpoint whose bytes are on their way.
import { forgetsToSync } from './mistake.mjs'
import onFiles from './on-files.mjs'

forgetsToSync((path) => path.includes('checkpoint-'))

export default { ...onFiles, name: 'one that publishes a checkpoint before its bytes' }
