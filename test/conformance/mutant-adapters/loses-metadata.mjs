/** Forgets the accepted round when it is written. */
import { copyDisk, openFileLog } from '../../children/file-store.mjs'

function save(disk) {
  const saved = copyDisk(disk)
  saved.meta.delete('paxos.accepted_round')
  return saved
}

const open = (directory, options) => openFileLog(directory, options, { save })

export default { name: 'loses metadata', survivesProcess: true, open }
