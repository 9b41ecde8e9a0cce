import { renameSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { syncDirectory } from './sync-directory.ts'
import { syncFile } from './sync-file.ts'

/**
 * Gives the finished file `from` the name `to`, replacing what had it. Both must be on one file system. A reader, also one
 * after a loss of power, finds under `to` the whole old file or the whole new one. Durable when it returns.
 * @throws errors of the file system as they are (`EXDEV`: two file systems). When it throws before the rename, `to` is
 *   untouched; when a directory cannot be synced, `to` is new for every process but a loss of power may bring the old one back
 * @see Pillai et al. 2014, All File Systems Are Not Created Equal
 */
export function publishFile(from: string, to: string): void {
  // Bytes before the name: else a loss of power could leave an empty file under it.
  syncFile(from)
  renameSync(from, to)
  const source = dirname(resolve(from))
  const target = dirname(resolve(to))
  // The gain of a name before its loss: else a loss of power between them could leave the file with none.
  syncDirectory(target)
  if (source !== target) syncDirectory(source)
}
