/** Taking published snapshots away. */
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { syncDirectory, syncDirectoryLater } from '../../files/index.ts'
import { failIfAsked } from '../../write-failure.ts'
import { isAbsent, snapshotNotFound } from './snapshot-defects.ts'
import { discard, discardLater, removedSuffix } from './snapshot-directory.ts'
import type { SnapshotPlace } from './snapshot-place.ts'

const operation = 'remove a snapshot'

/**
 * Removes the snapshots `ids`. The names go first, and durably: else a loss of power could leave a snapshot without its data.
 * When that fails the files stay, and the next open of the store clears them away.
 * @throws errors of the file system as they are
 */
export function removeSnapshots(place: SnapshotPlace, ids: readonly string[]): void {
  if (ids.length === 0) return
  hideAll(place, ids)
  syncDirectory(place.directory)
  for (const path of hiddenPaths(place, ids)) discard(path)
}

/**
 * As {@link removeSnapshots}: nobody sees them when this returns, and what takes long is done by other threads.
 * @param isGivenUp  whether the directory may have another owner, who clears away what is left
 */
export async function removeSnapshotsLater(
  place: SnapshotPlace,
  ids: readonly string[],
  isGivenUp: () => boolean,
): Promise<void> {
  if (ids.length === 0) return
  hideAll(place, ids)
  await syncDirectoryLater(place.directory)
  for (const path of hiddenPaths(place, ids)) if (!isGivenUp()) await discardLater(path)
}

function hideAll({ name, directory, failpoints }: SnapshotPlace, ids: readonly string[]): void {
  for (const id of ids) {
    failIfAsked(failpoints, 'snapshot.remove', { log: name, operation })
    hide(directory, id)
  }
}

function hiddenPaths({ directory }: SnapshotPlace, ids: readonly string[]): string[] {
  return ids.map((id) => join(directory, id + removedSuffix))
}

function hide(directory: string, id: string): void {
  try {
    renameSync(join(directory, id), join(directory, id + removedSuffix))
  } catch (error) {
    throw isAbsent(error) ? snapshotNotFound(id, 'remove') : error
  }
}
