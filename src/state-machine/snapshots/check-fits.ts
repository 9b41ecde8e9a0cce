import { SnapshotError } from '../../errors.ts'
import { DivergenceError, ForeignStateError } from '../errors.ts'
import type { StateMedium } from '../medium.ts'
import type { SnapshotManifest } from './manifest.ts'
import { snapshotMismatch } from './manifest-codec.ts'

/**
 * Whether a snapshot can take the place of the present state; one of the very same position can.
 * @throws {ForeignStateError} @throws {SnapshotError} `stale`, `mismatch`
 * @throws {DivergenceError} it is of the same index, and of another log
 */
export function checkFits(medium: StateMedium, manifest: SnapshotManifest): void {
  const { clusterId, isTtlEnabled } = medium.format
  if (manifest.clusterId !== clusterId || manifest.isTtlEnabled !== isTtlEnabled) {
    const theirs = `cluster ${JSON.stringify(manifest.clusterId)}, times to live ${manifest.isTtlEnabled ? 'on' : 'off'}`
    throw new ForeignStateError(medium.name, `snapshot ${manifest.id} is of ${theirs}`)
  }
  if (manifest.kind !== 'stream' && manifest.kind !== medium.native?.kind) {
    throw snapshotMismatch(
      manifest.id,
      `its kind is ${JSON.stringify(manifest.kind)}, which this state machine does not know`,
    )
  }
  const { applied } = medium.head
  const { index, term, chain } = manifest.applied
  if (index < applied.index) {
    const message = `Cannot install snapshot ${manifest.id}: it is of index ${index}, and ${applied.index} is applied already`
    throw new SnapshotError({ snapshot: manifest.id, kind: 'stale' }, message)
  }
  if (index > applied.index) return
  if (term !== applied.term)
    throw new DivergenceError({ kind: 'term', index, here: applied.term, there: term })
  if (chain !== applied.chain)
    throw new DivergenceError({ kind: 'chain', index, here: applied.chain, there: chain })
}
