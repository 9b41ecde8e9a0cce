/** Leaves the entries of a truncated suffix where they were; when it is opened, the log ends after the last entry there is. */
import { copyDisk, openFileLog } from '../../children/file-store.mjs'

function open(directory, options) {
  let physical = new Map()
  const load = (disk) => {
    const { entries, cursor } = disk
    const end = Math.max(cursor.end, ...[...entries.keys()].map((index) => index + 1))
    disk.cursor = { ...cursor, end }
    physical = new Map(entries)
  }
  const save = (disk) => {
    const saved = copyDisk(disk)
    for (const [index, value] of physical) {
      if (index >= disk.cursor.end && disk.cursor.first < disk.cursor.end) saved.entries.set(index, value)
    }
    physical = new Map(saved.entries)
    return saved
  }
  return openFileLog(directory, options, { load, save })
}

export default { name: 'forgets truncation', survivesProcess: true, open }
