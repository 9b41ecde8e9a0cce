/** Writing and syncing on Node's own threads, so that a large state does not hold up the event loop. */
import { fsync, write } from 'node:fs'

/** Writes all of `bytes` at `position`. They must stay as they are until it is done. */
export async function writeFullyLater(
  descriptor: number,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += await writeSome(descriptor, bytes.subarray(done), position + done)
  }
}

/** Makes bytes and length durable. Never to be tried again on the same file after it failed. */
export function syncLater(descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fsync(descriptor, (error) => (error === null ? resolve() : reject(error)))
  })
}

function writeSome(descriptor: number, bytes: Uint8Array, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, bytes, 0, bytes.length, position, (error, written) => {
      if (error === null) resolve(written)
      else reject(error)
    })
  })
}
