/** Opens a log that is there, says what is in it, and leaves without closing it. */
import { openLmdbLog } from '../../../dist/src/index.js'
import { say } from './say.mjs'

const log = openLmdbLog(process.argv[2], { create: false })
say({ opened: log.nextIndex })
process.exit(0)
