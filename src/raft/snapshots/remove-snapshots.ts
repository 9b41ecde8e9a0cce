/** Taking published snapshots away. */
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { syncDirectory } from '../../files/index.ts'
import { failIfAsked } from '../../write-failure.ts'
import { isAbsent, snapshotNotFound } from './snapshot-defects.ts'
import { discard, removedSuffix } from './snapshot-directory.ts'
import type { SnapshotPlace } from './snapshot-place.ts'

const operation = 'remove a snapshot'

/**
 * Removes the snapshots `ids`. The names go first, and durably: else a loss of power could leave a snapshot without its data.
 * When that fails the files stay, and the next open of the store clears them away.
 * @throws errors of the file system as they are
 */
export function removeSnapshots(
  { name, directory, failpoints }: SnapshotPlace,
  ids: readonly string[],
): void {
  if (ids.length === 0) return
  for (const id of ids) {
    failIfAsked(failpoints, 'snapshot.remove', { log: name, operation })
    hide(directory, id)
  }
  syncDirectory(directory)
  for (const id of ids) discard(join(directory, id + removedSuffix))
}

function hide(directory: string, id: string): void {
  try {
    renameSync(join(directory, id), join(directory, id + removedSuffix))
  } catch (error) {
    throw isAbsent(error) ? snapshotNotFound(id, 'remove') : error
  }
}
