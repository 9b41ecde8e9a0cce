// The least that a durable write costs here: no key, no tree, no checksum.
import { closeSync, constants, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs'

const preallocatedBytes = 64 * 1024 * 1024

export function openFloor(directory) {
  mkdirSync(directory)
  const file = `${directory}/floor`
  preallocate(file)
  const descriptor = openSync(file, constants.O_WRONLY | constants.O_DSYNC)
  let offset = 0
  return {
    commit(values) {
      const bytes = values.length === 1 ? values[0] : Buffer.concat(values)
      if (offset + bytes.length > preallocatedBytes) offset = 0
      writeSync(descriptor, bytes, 0, bytes.length, offset)
      offset += bytes.length
    },
    close: () => closeSync(descriptor),
  }
}

function preallocate(file) {
  const descriptor = openSync(file, 'w')
  const zeros = Buffer.alloc(1024 * 1024)
  for (let written = 0; written < preallocatedBytes; written += zeros.length)
    writeSync(descriptor, zeros, 0, zeros.length)
  fsyncSync(descriptor)
  closeSync(descriptor)
}
