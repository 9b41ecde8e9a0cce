/**
 * Takes the owner lock of a directory and holds it until it is killed or its input ends.
 * Prints `held`, or the code of the error and the owner's pid. With `--with-child` it first spawns a child of its own, that
 * outlives it and ends with the same input, and prints its pid.
 * Usage: node hold-lock.mjs <directory> [--with-child]
 */
import { spawn } from 'node:child_process'
import { writeSync } from 'node:fs'
import { OwnerLock } from '../../../dist/src/lmdb/owner-lock.js'

const [directory, withChild] = process.argv.slice(2)
try {
  const lock = OwnerLock.acquire(directory)
  if (withChild !== undefined) {
    const script = "process.stdin.resume(); require('node:fs').writeSync(1, 'child ' + process.pid + '\\n')"
    spawn(process.execPath, ['-e', script], { stdio: 'inherit', detached: true })
  }
  writeSync(1, 'held\n')
  process.stdin.resume()
  process.stdin.on('end', () => lock.release())
} catch (error) {
  writeSync(1, `${error.code} ${error.ownerPid}\n`)
}
