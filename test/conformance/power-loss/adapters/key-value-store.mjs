/**
 * A store on LMDB, each commit one transaction. What is deferred is written at once, as LMDB lets one: in a transaction of
 * its own. Without hooks that one is synced too, and the store is right.
 */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { open as openDatabase } from 'lmdb'
import { MemoryDisk, MemoryLog } from '../../../../dist/src/index.js'
import { override } from '../../../children/file-store.mjs'
import { makeDirectory, sync } from './whole-file-store.mjs'

/** LMDB's tables of readers. */
export const volatileFiles = ['data.mdb-lock', 'new.mdb-lock']

const settings = { overlappingSync: false, cache: false, encoding: 'binary' }

/** `how.deferFlags`: of the transactions that write what is deferred. `how.database`: options of the database. */
export function openKeyValue(directory, options = {}, how = {}) {
  makeDirectory(directory)
  const path = join(directory, 'data.mdb')
  if (!existsSync(path)) publishNew(directory, path)
  // A writer that was killed may have left what it had not synced: what is read below is shown.
  sync(path)
  sync(directory)
  const root = openDatabase({ path, ...settings, ...how.database })
  const disk = readDisk(root)
  const log = new MemoryLog({ disk, failpoints: options.failpoints, observer: options.observer })
  let stored = contentOf(disk)
  const save = (flags) => {
    const now = contentOf(disk)
    const changed = [...now].filter(([key, value]) => stored.get(key) !== value)
    const removed = [...stored.keys()].filter((key) => !now.has(key))
    stored = now
    if (changed.length + removed.length === 0) return
    root.transactionSync(() => {
      for (const [key, value] of changed) root.putSync(key, serialize(value))
      for (const key of removed) root.removeSync(key)
    }, flags)
  }
  let isOpen = true
  return override(log, {
    commit: (ops, operation) => {
      log.commit(ops, operation)
      save()
    },
    defer: (ops, operation) => {
      log.defer(ops, operation)
      log.flush()
      save(how.deferFlags)
    },
    flush: () => {
      log.flush()
      save()
      // A transaction that changes something, so that what was deferred is synced with it.
      root.transactionSync(() => root.putSync('flushed', serialize(Math.random())))
    },
    close: () => {
      if (!isOpen) return
      isOpen = false
      log.close()
      save()
      void root.close()
    },
  })
}

/** LMDB does not sync a file that it makes before it uses it. */
function publishNew(directory, path) {
  const staging = join(directory, 'new.mdb')
  rmSync(staging, { force: true })
  const root = openDatabase({ path: staging, ...settings })
  root.transactionSync(() => root.putSync('made', serialize(true)))
  void root.close()
  sync(staging)
  renameSync(staging, path)
  sync(directory)
}

function contentOf({ entries, meta, cursor }) {
  const content = new Map()
  for (const [index, value] of entries) content.set(`entry ${index}`, value)
  for (const [key, value] of meta) content.set(`meta ${key}`, value)
  content.set('cursor', cursor)
  return content
}

function readDisk(root) {
  const disk = new MemoryDisk()
  for (const { key, value } of root.getRange()) {
    const [kind, name] = key.split(/ (.*)/s)
    if (kind === 'entry') disk.entries.set(Number(name), deserialize(value))
    if (kind === 'meta') disk.meta.set(name, deserialize(value))
    if (kind === 'cursor') disk.cursor = deserialize(value)
  }
  return disk
}

export default { name: 'LMDB, synced', survivesProcess: true, volatileFiles, open: openKeyValue }
