import type { AppliedState } from '../core/values.ts'
import type { SnapshotInstall, SnapshotManifest } from './manifest.ts'

/** The installation of a snapshot whose very state is in use: nothing is left to be done. */
export function installedAlready({ checksums }: SnapshotManifest, applied: AppliedState): SnapshotInstall {
  return {
    have: () => new Set(checksums.keys()),
    write: () => Promise.resolve(),
    commit: () => Promise.resolve(applied),
    abort: () => Promise.resolve(),
  }
}
