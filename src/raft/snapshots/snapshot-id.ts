/**
 * The names of snapshots: index, term, moment and chance, in digits of a fixed number, so that names sort as snapshots are
 * ordered.
 *
 * The index comes first, because it says how much a node gets back, and because it is what the log's purge boundary and a state
 * machine's applied index are compared with. Among snapshots of committed entries the order by term and then index is the
 * same, for terms never go down along a log.
 */
import { randomBytes } from 'node:crypto'

const digits = 16
const pattern = /^(\d{16})-(\d{16})-(\d{16})-[0-9a-f]{8}$/

/** What a name says. */
export interface SnapshotIdParts {
  readonly index: number
  readonly term: number
  /** Milliseconds since 1970, or more where the clock did not advance: it only ever grows within a directory. */
  readonly stamp: number
}

/** A name that no other snapshot has, also when two have the same parts. */
export function createSnapshotId({ index, term, stamp }: SnapshotIdParts): string {
  const numbers = [index, term, stamp].map((number) => String(number).padStart(digits, '0'))
  return `${numbers.join('-')}-${randomBytes(4).toString('hex')}`
}

/** `undefined` when `name` is not a snapshot's. */
export function parseSnapshotId(name: string): SnapshotIdParts | undefined {
  const found = pattern.exec(name)
  if (found === null) return undefined
  const [index = 0, term = 0, stamp = 0] = found.slice(1).map(Number)
  const isOurs = [index, term, stamp].every(Number.isSafeInteger)
  return isOurs ? { index, term, stamp } : undefined
}
