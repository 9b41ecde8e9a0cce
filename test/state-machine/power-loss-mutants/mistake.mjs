// Mistakes in calls of the file system, made by the process that works and not by those that open what it left.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'

const isWorking = process.argv[2]?.includes('leaderDirectory') === true
const { fsync, fsyncSync, fdatasyncSync, readlinkSync } = fs

/** Puts `calls` in the place of those of `node:fs`, also where they were imported by name. */
export function insteadOf(calls) {
  if (!isWorking) return
  Object.assign(fs, calls)
  syncBuiltinESMExports()
}

/** Forgets to sync the files and directories that `isForgotten` names, by their paths. */
export function forgetsToSync(isForgotten) {
  const forgets = (descriptor) => {
    const path = readlinkSync(join('/proc/self/fd', String(descriptor)))
    return isForgotten(path, fs.fstatSync(descriptor).isDirectory())
  }
  insteadOf({
    fsync: (descriptor, done) => (forgets(descriptor) ? setImmediate(done, null) : fsync(descriptor, done)),
    fsyncSync: (descriptor) => forgets(descriptor) || fsyncSync(descriptor),
    fdatasyncSync: (descriptor) => forgets(descriptor) || fdatasyncSync(descriptor),
  })
}
