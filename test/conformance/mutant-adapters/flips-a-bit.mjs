/** One bit of the newest entry is another one after the log was opened again. */
import { openFileLog } from '../../children/file-store.mjs'

function load(disk) {
  const newest = disk.entries.get(disk.cursor.end - 1)
  if (newest !== undefined && newest.length > 0) newest[newest.length - 1] ^= 1
}

const open = (directory, options) => openFileLog(directory, options, { load })

export default { name: 'flips a bit', survivesProcess: true, open }
