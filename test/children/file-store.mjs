/**
 * A log store of another make, for the suites: everything in one file, written anew and renamed at each commit. It is right;
 * the mutants break it through `hooks`.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { MemoryDisk, MemoryLog } from '../../dist/src/index.js'

const fileName = 'log.bin'

/**
 * `hooks.save(disk, operation)`: which disk to write after a commit, or `undefined` for none. `hooks.load(disk)` may change
 * what was read. `hooks.commit(ops, log)` and `hooks.defer(ops, log)` stand in for the log's own.
 */
export function openFileLog(directory, options = {}, hooks = {}) {
  mkdirSync(directory, { recursive: true })
  const disk = readDisk(directory)
  hooks.load?.(disk)
  const log = new MemoryLog({ disk, failpoints: options.failpoints, observer: options.observer })
  const save = (operation) => {
    const chosen = hooks.save === undefined ? disk : hooks.save(disk, operation)
    if (chosen !== undefined) writeDisk(directory, chosen)
  }
  return override(log, {
    commit: (ops, operation) => {
      if (hooks.commit === undefined) log.commit(ops, operation)
      else hooks.commit(ops, log, save)
      save('commit')
    },
    defer: (ops, operation) => {
      log.defer(ops, operation)
      hooks.defer?.(ops, (changed) => writeDisk(directory, changed))
    },
    flush: () => {
      log.flush()
      save('flush')
    },
    close: () => {
      log.close()
      save('close')
    },
  })
}

/** `log` with some members of its own replaced. */
export function override(log, members) {
  return new Proxy(log, {
    get(target, name) {
      if (Object.hasOwn(members, name)) return members[name]
      const member = Reflect.get(target, name, target)
      if (name === Symbol.dispose) return () => members.close?.() ?? target.close()
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

export function copyDisk(disk) {
  const copy = new MemoryDisk()
  for (const [index, value] of disk.entries) copy.entries.set(index, value)
  for (const [key, value] of disk.meta) copy.meta.set(key, value)
  copy.cursor = disk.cursor
  return copy
}

export function readDisk(directory) {
  const disk = new MemoryDisk()
  const path = join(directory, fileName)
  if (!existsSync(path)) return disk
  const { entries, meta, cursor } = deserialize(readFileSync(path))
  for (const [index, value] of entries) disk.entries.set(index, value)
  for (const [key, value] of meta) disk.meta.set(key, value)
  disk.cursor = cursor
  return disk
}

function writeDisk(directory, { entries, meta, cursor }) {
  const path = join(directory, fileName)
  writeFileSync(`${path}.new`, serialize({ entries: [...entries], meta: [...meta], cursor }))
  renameSync(`${path}.new`, path)
}

export default { name: 'a file store', survivesProcess: true, open: openFileLog }
