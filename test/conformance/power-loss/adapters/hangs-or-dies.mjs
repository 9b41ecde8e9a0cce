/** Never comes back from opening a directory that holds `hang`, ends its process at `die`, and throws at `throw`. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openWholeFile } from './whole-file-store.mjs'

function open(directory, options) {
  while (existsSync(join(directory, 'hang')));
  if (existsSync(join(directory, 'die'))) process.abort()
  if (existsSync(join(directory, 'throw'))) throw new RangeError('as it was asked to')
  return openWholeFile(directory, options)
}

export default { name: 'hangs or dies', survivesProcess: true, open }
