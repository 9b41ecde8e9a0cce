/** Opens a log where it may not, as nobody when this is root: root may write anywhere. */
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { openLmdbLog } from '../../../dist/src/index.js'
import { facts, say } from './say.mjs'

const [directory, where] = process.argv.slice(2)
chmodSync(directory, 0o555)
if (process.geteuid() === 0) process.setuid(65534)
try {
  openLmdbLog(where === 'here' ? directory : join(directory, 'new'))
  say('opened')
} catch (error) {
  say(facts(error))
}
