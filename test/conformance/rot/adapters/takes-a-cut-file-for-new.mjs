/** Takes a file that it cannot read for one that was never written. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { openSealed } from './sealed.mjs'

function open(directory, options) {
  try {
    return openSealed(directory, options)
  } catch {
    rmSync(join(directory, 'log.bin'))
    return openSealed(directory, options)
  }
}

export default { name: 'takes a cut file for a new one', survivesProcess: true, open }
