/** What a storage promises beyond the least. What is not promised is not tested, and is reported as skipped by its name. */

/**
 * The promises, in the words of a log. On Paxos and Raft storage they are about the methods that come nearest: see each one.
 * Every one of them is optional, and `false`, or the weaker word, when it is not there.
 */
export interface Capabilities {
  /**
   * What a crash in the middle of an append of several entries leaves: all of them or none (`atomic`), or any number of them from
   * the first on (`prefix`). Default `prefix`. Paxos: `appendEntries`.
   */
  readonly appendList?: 'atomic' | 'prefix' | undefined
  /**
   * `replaceSuffix(from, entries)` truncates and appends. A crash in the middle leaves the old log or the new one (`atomic`), or
   * also a log that was truncated and not appended to (`stepwise`). Paxos: `appendOnPrefix`. Raft: `append` over a conflict.
   */
  readonly replaceSuffix?: 'atomic' | 'stepwise' | false | undefined
  /**
   * `trim(upTo)` removes the head of the log: durable when it returns (`returned`), or with the next `flush` (`deferred`). Paxos:
   * `trim`. Raft: `purge`.
   */
  readonly trim?: 'returned' | 'deferred' | false | undefined
  /** `compact(index)` and `compactedIndex()` keep a floor beside the log. Paxos: `setCompactedIdx`. */
  readonly floor?: 'returned' | 'deferred' | false | undefined
  /** `setMeta(key, value)` and `getMeta(key)` keep named values beside the log. Paxos: the decided index and the snapshot. */
  readonly metadata?: 'returned' | 'deferred' | false | undefined
  /** `commit(ops)` does several operations in one step, all or nothing, durable when it returns. Paxos: `writeAtomically`. Raft: `saveWith`. */
  readonly batch?: boolean | undefined
  /**
   * `defer(ops)` does several operations, visible at once: they are lost by a crash, all of them, unless a `commit` or a `flush`
   * came after them, which makes them durable in their order.
   */
  readonly defer?: boolean | undefined
  /** Which of the operations that were not durable yet a crash may take: the last ones (`suffix`), or any. Default `subset`. */
  readonly lostDeferred?: 'suffix' | 'subset' | undefined
  /** A log of which everything was trimmed still knows, opened again, where it ended. Raft: the boundary's index and term. */
  readonly endRemembered?: boolean | undefined
  /** A log that is open cannot be opened a second time: not from this process, nor from another that lives. */
  readonly singleOwner?: boolean | undefined
  /**
   * Errors have the names of Holdfast's: `CompactedError`, `LogGapError`, `LogClosedError`, `LogLockedError`,
   * `InvalidArgumentError`, ... Without it, a call that has to be refused may throw anything.
   */
  readonly typedErrors?: boolean | undefined
  /** `audit()` compares what is physically stored with what the log shows, and returns what contradicts. */
  readonly audit?: boolean | undefined
  /** `read(from, to, { maxBytes })` stops before the sum of the sizes passes the limit, after one entry at the earliest. */
  readonly readLimit?: boolean | undefined
}

export type CapabilityName = keyof Capabilities

/** Where a promise can be more than there or not. */
export const capabilityValues: Readonly<Record<CapabilityName, readonly (string | boolean)[]>> = {
  appendList: ['prefix', 'atomic'],
  replaceSuffix: [false, 'stepwise', 'atomic'],
  trim: [false, 'deferred', 'returned'],
  floor: [false, 'deferred', 'returned'],
  metadata: [false, 'deferred', 'returned'],
  batch: [false, true],
  defer: [false, true],
  lostDeferred: ['subset', 'suffix'],
  endRemembered: [false, true],
  singleOwner: [false, true],
  typedErrors: [false, true],
  audit: [false, true],
  readLimit: [false, true],
}

/** What is promised where nothing is said, spelled out. */
export type FullCapabilities = { readonly [K in CapabilityName]-?: NonNullable<Capabilities[K]> }

export function fullCapabilities(capabilities: Capabilities): FullCapabilities {
  const weakest = Object.entries(capabilityValues).map(([name, [first]]) => [name, first])
  const said = Object.entries(capabilities).filter(([, value]) => value !== undefined)
  return Object.fromEntries([...weakest, ...said]) as FullCapabilities
}
