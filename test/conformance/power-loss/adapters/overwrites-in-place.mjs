/** Writes the new content over the old one, and syncs: while that runs there is neither. */
import { closeSync, constants, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { openWholeFile, sync } from './whole-file-store.mjs'

function save(path, bytes) {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o644)
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at, at)
  ftruncateSync(descriptor, bytes.length)
  fsyncSync(descriptor)
  closeSync(descriptor)
  sync(dirname(path))
}

const open = (directory, options) => openWholeFile(directory, options, { save })

export default { name: 'overwrites in place', survivesProcess: true, open }
