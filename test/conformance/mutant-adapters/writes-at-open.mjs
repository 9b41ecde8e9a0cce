/** Moves its floor whenever it is opened. */
import { openFileLog } from '../../children/file-store.mjs'

function load(disk) {
  if (disk.entries.size > 0) disk.cursor = { ...disk.cursor, floor: disk.cursor.floor + 1 }
}

const open = (directory, options) => openFileLog(directory, options, { load })

export default { name: 'writes at open', survivesProcess: true, open }
