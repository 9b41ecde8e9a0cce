/** What a state is made of: rows, leases, a position in the log, a membership. */
import type { LogId } from '../../raft/index.ts'

/** How far the log was applied. Changes as one: an object, once given out, never changes. */
export interface AppliedState extends LogId {
  /** The replicated clock: milliseconds since 1970 as the entries told it; 0 before the first that did. */
  readonly clock: number
  /** A checksum over everything that was ever applied, rolled on by each entry: replicas at one index have the same. 0 to 2^32 - 1. */
  readonly chain: number
}

/** What was applied when nothing was. */
export const nothingApplied: AppliedState = Object.freeze({ index: 0, term: 0, clock: 0, chain: 0 })

/** Who is a member, in the engine's own encoding, and the entry that said so. */
export interface Membership {
  readonly at: LogId
  readonly bytes: Uint8Array
}

/** A key with what is stored under it, also when it has expired: a medium knows no clock. */
export interface Row {
  readonly key: Uint8Array
  readonly value: Uint8Array
  /** Index of the entry that made the key; a key that was away is made anew. */
  readonly createIndex: number
  /** Index of the entry that last wrote the value. */
  readonly modIndex: number
  /** When it expires, by the replicated clock: 1 to 2^53 - 1. `undefined`: never. */
  readonly expireAt: number | undefined
}

/** A row whose bytes nobody else has. */
export function copyOf(row: Row): Row {
  return { ...row, key: new Uint8Array(row.key), value: new Uint8Array(row.value) }
}

/** A key that expires. Leases are ordered by `expireAt`, then by key. */
export interface Lease {
  readonly expireAt: number
  readonly key: Uint8Array
}

/** What a state is, beside its rows. */
export interface StateHead {
  readonly applied: AppliedState
  readonly membership: Membership | undefined
}

export const emptyHead: StateHead = Object.freeze({ applied: nothingApplied, membership: undefined })

/** What a state machine is created with and keeps: all replicas have the same. */
export interface StateFormat {
  /** Which cluster's state this is: 0 to 64 characters. A snapshot of another's is refused. */
  readonly clusterId: string
  /** Whether commands may give a key a time to live. */
  readonly isTtlEnabled: boolean
}

/** Sums over stored rows, those included that have expired and were not collected yet. */
export interface StoredCounts {
  readonly keys: number
  readonly leases: number
  /** Of keys and values. */
  readonly bytes: number
}

export const noCounts: StoredCounts = Object.freeze({ keys: 0, leases: 0, bytes: 0 })

/** Whether a row can be seen at `clock`. */
export function isVisible(row: Pick<Row, 'expireAt'>, clock: number): boolean {
  return row.expireAt === undefined || row.expireAt > clock
}

/** `key` as a string that sorts as its bytes do, for maps. {@link bytesOfText} is the way back. */
export function textOfKey(key: Uint8Array): string {
  // A view of a view would take longer than the text.
  if (key instanceof Buffer) return key.toString('latin1')
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')
}

export function bytesOfText(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

/** Order of leases: by expiry, then by key. */
export function compareLeases(left: Lease, right: Lease): number {
  return left.expireAt - right.expireAt || Buffer.compare(left.key, right.key)
}
