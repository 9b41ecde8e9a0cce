/**
 * A store of another make that is right: one file with a checksum over all of it, which is checked when it is opened. The mutants
 * leave out a part of that, through `hooks`.
 */
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { CorruptionError } from '../../../../dist/src/errors.js'
import { MemoryDisk, MemoryLog } from '../../../../dist/src/index.js'
import {
  bytesOf,
  diskOf,
  makeDirectory,
  saving,
  sync,
  write,
} from '../../power-loss/adapters/whole-file-store.mjs'

const headBytes = 8

/** `hooks.isSealed(file)` says whether the bytes are what was written. */
export function openSealed(directory, options = {}, { isSealed = hasChecksum } = {}) {
  makeDirectory(directory)
  const path = join(directory, 'log.bin')
  const disk = existsSync(path) ? readSealed(path, isSealed) : new MemoryDisk()
  const log = new MemoryLog({ disk, failpoints: options.failpoints, observer: options.observer })
  return saving(log, () => save(path, bytesOf(disk)))
}

function readSealed(path, isSealed) {
  const file = readFileSync(path)
  if (!isSealed(file)) throw new CorruptionError({ log: path }, 'its file is not what was written')
  return diskOf(file.subarray(headBytes))
}

export function hasLength(file) {
  return file.length >= headBytes && file.readUInt32BE(0) === file.length - headBytes
}

function hasChecksum(file) {
  return hasLength(file) && file.readUInt32BE(4) === crc32(file.subarray(headBytes))
}

function save(path, bytes) {
  const head = Buffer.alloc(headBytes)
  head.writeUInt32BE(bytes.length, 0)
  head.writeUInt32BE(crc32(bytes), 4)
  write(`${path}.new`, Buffer.concat([head, bytes]))
  sync(`${path}.new`)
  renameSync(`${path}.new`, path)
  sync(dirname(path))
}

export default { name: 'sealed', survivesProcess: true, open: openSealed }
