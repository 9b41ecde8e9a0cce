/** Checks of what a store is given. */
import { checkIndex, show } from '../../arguments.ts'
import { InvalidArgumentError } from '../../errors.ts'
import type { SnapshotMeta } from './snapshot-info.ts'
import { membershipBytesMax } from './snapshot-metadata.ts'

/** @throws {InvalidArgumentError} `meta` is not what a snapshot can be of */
export function checkMeta(meta: SnapshotMeta): void {
  const given: unknown = meta
  if (typeof given !== 'object' || given === null) {
    throw new InvalidArgumentError(
      'meta',
      `Cannot create a snapshot of ${show(given)}: give its index and its term`,
    )
  }
  checkIndex('index', meta.index)
  checkIndex('term', meta.term)
  checkMembership(meta.membership)
}

/** @throws {InvalidArgumentError} `count` is not an integer of 1 or more */
export function checkCount(count: number): void {
  checkIndex('count', count)
  if (count > 0) return
  throw new InvalidArgumentError(
    'count',
    'Cannot retain 0 snapshots: a node without one cannot go back to anything; keep at least 1, or remove them by id',
  )
}

function checkMembership(membership: unknown): void {
  if (membership === undefined) return
  if (membership instanceof Uint8Array && membership.length <= membershipBytesMax) return
  const said = membership instanceof Uint8Array ? `${membership.length} bytes` : show(membership)
  throw new InvalidArgumentError(
    'membership',
    `Cannot use ${said} as membership: it is a Uint8Array of at most ${membershipBytesMax} bytes`,
  )
}
