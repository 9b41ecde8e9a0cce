/** Forgets how far it had accepted when it is opened with every entry trimmed. */
import { openFileLog } from '../../children/file-store.mjs'

function load(disk) {
  if (disk.cursor.first === disk.cursor.end) disk.cursor = { ...disk.cursor, first: 0, denseFrom: 0, end: 0 }
}

const open = (directory, options) => openFileLog(directory, options, { load })

export default { name: 'resets its counter', survivesProcess: true, open }
