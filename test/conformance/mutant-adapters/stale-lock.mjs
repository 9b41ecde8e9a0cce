/** Its lock is a file, which a dead owner leaves behind. */
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openFileLog, override } from '../../children/file-store.mjs'

function open(directory, options) {
  mkdirSync(directory, { recursive: true })
  const lock = join(directory, 'owner')
  closeSync(openSync(lock, 'wx'))
  const log = openFileLog(directory, options)
  const close = () => {
    log.close()
    rmSync(lock)
  }
  return override(log, { close })
}

export default { name: 'stale lock', survivesProcess: true, open }
