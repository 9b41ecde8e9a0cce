/** Ends its process when it is opened on what a process left that was killed. */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import least from './least.mjs'

export default {
  name: 'dies after a crash',
  open(directory) {
    const lock = join(directory, 'open')
    if (existsSync(lock)) process.exit(3)
    writeFileSync(lock, '')
    return { ...least.open(directory), close: () => rmSync(lock) }
  },
}
