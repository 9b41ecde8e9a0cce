/**
 * What a store needs that does not sync everything while it makes itself: it is made under another name, closed, synced file by file,
 * and renamed when it is whole.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'

/** Returns the store's own directory in `directory`. `create(path)` makes an empty store in a directory that is there, and closes it. */
export async function createdAside(directory, create) {
  const path = join(directory, 'store')
  if (existsSync(path)) return path
  const unfinished = join(directory, 'unfinished')
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished)
  await create(unfinished)
  for (const name of readdirSync(unfinished)) sync(join(unfinished, name))
  sync(unfinished)
  renameSync(unfinished, path)
  sync(directory)
  return path
}

function sync(path) {
  const descriptor = openSync(path, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
