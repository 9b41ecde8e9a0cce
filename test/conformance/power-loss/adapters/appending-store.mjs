/**
 * A store that appends the whole of its content to one file at each commit, and reads the newest that is whole. Wasteful, and
 * right; the mutants leave out the checksum or a sync.
 */
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { MemoryDisk, MemoryLog } from '../../../../dist/src/index.js'
import { bytesOf, diskOf, makeDirectory, saving, sync } from './whole-file-store.mjs'

const headBytes = 8

/** `hooks.isWhole(record, checksum)`, `hooks.syncData(descriptor)` and `hooks.syncAtOpen(descriptor)` stand in for what is right. */
export function openAppending(directory, options = {}, hooks = {}) {
  const { isWhole = hasChecksum, syncData = fdatasyncSync, syncAtOpen = fdatasyncSync } = hooks
  makeDirectory(directory)
  const path = join(directory, 'log.bin')
  const { disk, end } = readNewest(path, isWhole)
  const log = new MemoryLog({ disk, failpoints: options.failpoints, observer: options.observer })
  if (existsSync(path)) truncateSync(path, end)
  const descriptor = openSync(path, 'a')
  sync(directory)
  // What a writer that was killed had not synced is shown from here on.
  syncAtOpen(descriptor)
  let isOpen = true
  const save = () => {
    if (isOpen) append(descriptor, bytesOf(disk))
    syncData(descriptor)
  }
  const stored = saving(log, save)
  const close = () => {
    if (!isOpen) return
    stored.close()
    isOpen = false
    closeSync(descriptor)
  }
  return new Proxy(stored, {
    get(target, name) {
      if (name === 'close' || name === Symbol.dispose) return close
      return Reflect.get(target, name, target)
    },
  })
}

function append(descriptor, bytes) {
  const head = Buffer.alloc(headBytes)
  head.writeUInt32BE(bytes.length, 0)
  head.writeUInt32BE(crc32(bytes), 4)
  const record = Buffer.concat([head, bytes])
  for (let at = 0; at < record.length; ) at += writeSync(descriptor, record, at)
}

function readNewest(path, isWhole) {
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
  let newest
  let end = 0
  while (end + headBytes <= bytes.length) {
    const length = bytes.readUInt32BE(end)
    const record = bytes.subarray(end + headBytes, end + headBytes + length)
    if (length === 0 || record.length < length || !isWhole(record, bytes.readUInt32BE(end + 4))) break
    newest = record
    end += headBytes + length
  }
  return { disk: newest === undefined ? new MemoryDisk() : diskOf(newest), end }
}

function hasChecksum(record, checksum) {
  return crc32(record) === checksum
}

export default { name: 'appends', survivesProcess: true, open: openAppending }
