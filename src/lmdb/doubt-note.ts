/**
 * A note in the directory that a commit has failed and is in doubt. LMDB then takes back the number of the meta page that it
 * could not write, which leaves just what one flipped bit in that number would: an acked commit that is not seen. The note
 * tells the two apart.
 */
import { closeSync, existsSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { syncDirectory } from '../files/index.ts'
import { messageOf } from '../message-of.ts'

const noteName = 'holdfast.doubt'

/** Durable when it returns, if the disk still takes anything; else the log will be refused as damaged, which loses nothing. */
export function noteDoubt(directory: string, cause: unknown): void {
  try {
    const descriptor = openSync(join(directory, noteName), 'w')
    try {
      writeSync(descriptor, `${messageOf(cause)}\n`)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    syncDirectory(directory)
  } catch {
    // The disk has failed already, and that is what the caller is told.
  }
}

export function isDoubtNoted(directory: string): boolean {
  return existsSync(join(directory, noteName))
}

export function forgetDoubt(directory: string): void {
  rmSync(join(directory, noteName), { force: true })
}
