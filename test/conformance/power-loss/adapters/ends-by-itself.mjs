/** Ends its process at the third commit, though nobody took the power. */
import { openWholeFile, sync } from './whole-file-store.mjs'

function open(directory, options) {
  let commits = 0
  const syncDirectory = (path) => {
    commits += 1
    if (commits === 3) process.exit(0)
    sync(path)
  }
  return openWholeFile(directory, options, { syncDirectory })
}

export default { name: 'ends by itself', survivesProcess: true, open }
