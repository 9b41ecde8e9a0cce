/**
 * Truncates copies of a data file, and lets LMDB open each, read everything and write to it. What LMDB does to a file that
 * is too short (SIGBUS) is done to this process. Prints a line for each: the length and a digest of all that was read.
 * Usage: node use-truncated.mjs <data file> <length>...
 */
import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync, truncateSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { open } from 'lmdb'

const binary = { encoding: 'binary', keyEncoding: 'binary', cache: false }
const [file, ...lengths] = process.argv.slice(2)

for (const length of lengths) {
  const directory = mkdtempSync(join(dirname(file), 'copy-'))
  copyFileSync(file, join(directory, 'data.mdb'))
  truncateSync(join(directory, 'data.mdb'), Number(length))
  const environment = open({
    path: directory,
    noSubdir: false,
    overlappingSync: false,
    maxDbs: 8,
    ...binary,
  })
  // At once: what a stream still holds dies with the process.
  writeSync(1, `${length} ${readAll(environment)}\n`)
  write(environment)
  await environment.close()
  rmSync(directory, { recursive: true })
}

function readAll(environment) {
  const digest = createHash('sha256')
  for (const { key: name } of environment.getRange()) {
    const options = { name: name.toString(), ...binary }
    if (options.name.endsWith('equal')) options.dupSort = true
    if (options.name === 'equal') options.dupFixed = true
    const log = environment.openDB(options)
    digest.update(name)
    for (const { key, value } of log.getRange()) digest.update(key).update(value)
  }
  return digest.digest('hex')
}

/** Enough to use up the list of free pages, so that all of it is read. */
function write(environment) {
  const log = environment.openDB({ name: 'z', ...binary })
  for (let round = 0; round < 12; round += 1) {
    environment.transactionSync(() => {
      for (let index = 0; index < 60; index += 1) {
        log.putSync(Buffer.from(`${round}/${index}`), Buffer.alloc(12_000))
      }
    })
  }
}
