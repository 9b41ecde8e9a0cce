import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { serialize } from 'node:v8'

/** Puts `state` in the place of what `path` holds, whole or not at all. Durable when it returns. */
export function publishState(path, state) {
  const file = openSync(`${path}.new`, 'w')
  writeFileSync(file, serialize(state))
  fsyncSync(file)
  closeSync(file)
  renameSync(`${path}.new`, path)
  const directory = openSync(dirname(path), 'r')
  fsyncSync(directory)
  closeSync(directory)
}
