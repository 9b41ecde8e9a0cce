// Overwrites CURRENT, instead of renaming over it what was synced.
import fs from 'node:fs'
import { insteadOf } from './mistake.mjs'
import onFiles from './on-files.mjs'

const { renameSync } = fs

insteadOf({
  renameSync: (from, to) => {
    if (!to.endsWith('/CURRENT')) return renameSync(from, to)
    fs.writeFileSync(to, fs.readFileSync(from))
    const descriptor = fs.openSync(to, 'r')
    fs.fsyncSync(descriptor)
    fs.closeSync(descriptor)
    fs.unlinkSync(from)
  },
})

export default { ...onFiles, name: 'one that writes CURRENT in place' }
