/** Acks each commit, and writes only every fourth one. */
import { openFileLog } from '../../children/file-store.mjs'

function open(directory, options) {
  let commits = 0
  const save = (disk, operation) => {
    commits += 1
    return operation === 'close' || commits % 4 === 0 ? disk : undefined
  }
  return openFileLog(directory, options, { save })
}

export default { name: 'acks before durable', survivesProcess: true, open }
