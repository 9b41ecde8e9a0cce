// The state machine on LMDB, that renames a CURRENT whose bytes are on their way.
import onLmdb from '../../../dist/src/cli/adapters/lmdb-state-machine.js'
import { forgetsToSync } from './mistake.mjs'

forgetsToSync((path) => path.endsWith('CURRENT.new'))

export default { ...onLmdb, name: 'one that does not sync CURRENT' }
