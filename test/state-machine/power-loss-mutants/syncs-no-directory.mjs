// Renames, and trusts the name to be there.
import { forgetsToSync } from './mistake.mjs'
import onFiles from './on-files.mjs'

forgetsToSync((_, isDirectory) => isDirectory)

export default { ...onFiles, name: 'one that syncs no directory' }
