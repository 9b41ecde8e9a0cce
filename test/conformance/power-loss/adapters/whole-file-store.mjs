/**
 * A store that keeps everything in one file, written anew at each commit and put in place by a rename. Without hooks it is
 * right; the mutants leave out a step, or take another file for the right one.
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { makeDirectoryDurable } from '../../../../dist/src/files/index.js'
import { MemoryDisk, MemoryLog } from '../../../../dist/src/index.js'
import { override } from '../../../children/file-store.mjs'

const names = { file: 'log.bin', staging: 'log.bin.new' }

export function sync(path) {
  const descriptor = openSync(path, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}

export function write(path, bytes) {
  const descriptor = openSync(path, 'w')
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
  closeSync(descriptor)
}

const publish = {
  syncStaging: ({ staging }) => sync(staging),
  syncDirectory: (directory) => sync(directory),
  // A writer that was killed may have renamed the file, and not synced that: what is read below is shown.
  syncAtOpen: (directory) => sync(directory),
}

/** `steps` stand in for those of {@link publish}; `steps.save(path, bytes)` for all of them. */
export function openWholeFile(directory, options = {}, steps = {}) {
  const { syncStaging, syncDirectory, syncAtOpen, save: saveAll } = { ...publish, ...steps }
  makeDirectory(directory)
  const path = join(directory, names.file)
  const staging = join(directory, names.staging)
  syncAtOpen(directory)
  const disk = readDisk(path)
  const log = new MemoryLog({ disk, failpoints: options.failpoints, observer: options.observer })
  const save = () => {
    const bytes = bytesOf(disk)
    if (saveAll !== undefined) return saveAll(path, bytes)
    write(staging, bytes)
    syncStaging({ path, staging })
    renameSync(staging, path)
    syncDirectory(directory)
  }
  return saving(log, save)
}

/** Saves after each commit. */
export function saving(log, save) {
  return override(log, {
    commit: (ops, operation) => {
      log.commit(ops, operation)
      save()
    },
    flush: () => {
      log.flush()
      save()
    },
    close: () => {
      log.close()
      save()
    },
  })
}

export function makeDirectory(directory) {
  makeDirectoryDurable(directory)
}

export function bytesOf({ entries, meta, cursor }) {
  return serialize({ entries: [...entries], meta: [...meta], cursor })
}

export function diskOf(bytes) {
  const disk = new MemoryDisk()
  const { entries, meta, cursor } = deserialize(bytes)
  for (const [index, value] of entries) disk.entries.set(index, value)
  for (const [key, value] of meta) disk.meta.set(key, value)
  disk.cursor = cursor
  return disk
}

/** A file of no bytes was made and never written. */
function readDisk(path) {
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
  return bytes.length === 0 ? new MemoryDisk() : diskOf(bytes)
}

export default { name: 'a whole file', survivesProcess: true, open: openWholeFile }
