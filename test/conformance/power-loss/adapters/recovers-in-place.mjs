/**
 * Right while it writes, and while it recovers from one power loss. What a writer that died had prepared is left in its way, and
 * the recovery makes room for it by removing the old file before it has synced the new one: a second power loss takes both.
 */
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openWholeFile, sync, write } from './whole-file-store.mjs'

function open(directory, options) {
  const path = join(directory, 'log.bin')
  const staging = `${path}.new`
  if (existsSync(staging) && existsSync(path)) {
    const bytes = readFileSync(path)
    rmSync(path)
    write(staging, bytes)
    sync(directory)
    renameSync(staging, path)
    sync(path)
    sync(directory)
  }
  return openWholeFile(directory, options)
}

export default { name: 'recovers in place', survivesProcess: true, open }
