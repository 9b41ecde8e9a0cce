/**
 * OmniPaxos's storage contract on a {@link LogStore}: each operation is translated into the log's ops, and each falls into
 * one of two classes. What the engine answers for right afterwards is committed; what it can learn again is deferred.
 *
 * @see OmniPaxos, `omnipaxos/src/storage/mod.rs`, trait `Storage`: indexes are absolute, as since 0.2.3
 */
import type { FailpointRegistry } from '../../failpoints/index.ts'
import { checkIndex, show } from '../arguments.ts'
import { type Codec, createCborCodec, readU64, writeU64 } from '../codec/index.ts'
import { EngineLog, encodeWith } from '../engine-log.ts'
import { InvalidArgumentError } from '../errors.ts'
import type { LogOp, LogStore } from '../log/index.ts'
import type { StoreObserver } from '../observer.ts'
import { type Ballot, decodeBallot, encodeBallot } from './ballot.ts'
import { atomicWriteName, operationFacts, type PaxosDeferredKind, type PaxosOp } from './operations.ts'
import { engineSites } from './sites.ts'
import { decodeStopSign, encodeStopSign, type StopSign } from './stop-sign.ts'

export interface PaxosStorageOptions<T, S> {
  /** How entries become bytes. Default: CBOR. */
  readonly entryCodec?: Codec<T> | undefined
  /** How snapshots become bytes. Default: CBOR. */
  readonly snapshotCodec?: Codec<S> | undefined
  /** Deferred operations to commit instead: durable before they return. Default: none. */
  readonly commit?: readonly PaxosDeferredKind[] | undefined
  readonly failpoints?: FailpointRegistry | undefined
  /** Told of the writes that fail before they reach the log; the log tells its own observer of the others. */
  readonly observer?: StoreObserver | undefined
}

const metaKeys = {
  promise: 'paxos.promise',
  acceptedRound: 'paxos.accepted_round',
  decidedIdx: 'paxos.decided_idx',
  snapshot: 'paxos.snapshot',
  stopsign: 'paxos.stopsign',
} as const

/**
 * What an OmniPaxos node stores: entries `T`, snapshots `S`, and its promises.
 *
 * A write that throws has changed nothing. Every call throws what the log throws: `LogClosedError` after close,
 * `PoisonedError` after a write left the medium in doubt, `WriteFailedError` when the medium refuses, `CorruptionError` when
 * what is read is not what was written, or does not decode.
 */
export class PaxosStorage<T, S = unknown> {
  readonly #log: LogStore
  readonly #engineLog: EngineLog
  readonly #entryCodec: Codec<T>
  readonly #snapshotCodec: Codec<S>
  readonly #committed: ReadonlySet<string>

  /** Takes over `log`: closing the storage closes it. */
  constructor(log: LogStore, options: PaxosStorageOptions<T, S> = {}) {
    this.#log = log
    this.#entryCodec = options.entryCodec ?? createCborCodec<T>()
    this.#snapshotCodec = options.snapshotCodec ?? createCborCodec<S>()
    this.#committed = new Set(checkCommitted(options.commit ?? []))
    const { failpoints, observer } = options
    this.#engineLog = new EngineLog(log, { failpoints, observer, sites: engineSites })
  }

  /** The log underneath. */
  get log(): LogStore {
    return this.#log
  }

  /** Appends `entry`. Durable when it returns. Returns the log's length afterwards. */
  appendEntry(entry: T): number {
    return this.#writeOne({ kind: 'appendEntry', entry })
  }

  /** Appends `entries`, all or none. Durable when it returns. Returns the log's length afterwards. */
  appendEntries(entries: readonly T[]): number {
    return this.#writeOne({ kind: 'appendEntries', entries })
  }

  /**
   * Removes every entry at or above `from` and appends `entries` there, in one step. Durable when it returns. Beyond the end
   * of the log, without entries, nothing changes. Returns the log's length afterwards.
   * @throws {CompactedError} `from` was trimmed or compacted
   * @throws {LogGapError} there are entries and `from` is beyond the end
   */
  appendOnPrefix(from: number, entries: readonly T[]): number {
    return this.#writeOne({ kind: 'appendOnPrefix', from, entries })
  }

  /** Stores the highest round promised. Durable when it returns. */
  setPromise(ballot: Ballot): void {
    this.#writeOne({ kind: 'setPromise', ballot })
  }

  /** The highest round promised, or `undefined` before the first promise. */
  getPromise(): Ballot | undefined {
    return this.#readMeta(metaKeys.promise, decodeBallot)
  }

  /** Stores the round in which entries were last accepted. Durable when it returns. */
  setAcceptedRound(ballot: Ballot): void {
    this.#writeOne({ kind: 'setAcceptedRound', ballot })
  }

  /** The round in which entries were last accepted, or `undefined` before the first. */
  getAcceptedRound(): Ballot | undefined {
    return this.#readMeta(metaKeys.acceptedRound, decodeBallot)
  }

  /** Stores how far the log is decided: the index after the last decided entry. Deferred. */
  setDecidedIdx(index: number): void {
    this.#writeOne({ kind: 'setDecidedIdx', index })
  }

  /** The index after the last decided entry. 0 before the first. */
  getDecidedIdx(): number {
    return this.#readMeta(metaKeys.decidedIdx, decodeIndex) ?? 0
  }

  /** The entries of `[from, to)`, or none when any of them is missing. */
  getEntries(from: number, to: number): T[] {
    this.#engineLog.assertReadable(from)
    return this.#log.read(from, to).map((bytes, offset) => this.#decodeEntry(from + offset, bytes))
  }

  /** The entries that are there at or above `from`. */
  getSuffix(from: number): T[] {
    this.#engineLog.assertReadable(from)
    return Array.from(this.#log.entries(from), ({ index, value }) => this.#decodeEntry(index, value))
  }

  /**
   * `nextIndex - compactedIndex`: how many entries the log holds above the compaction floor. The engine adds the floor to it
   * to know how far it has accepted.
   */
  getLogLen(): number {
    return this.#log.nextIndex - this.#log.compactedIndex
  }

  /** Removes the entries below `upTo`. Deferred. */
  trim(upTo: number): void {
    this.#writeOne({ kind: 'trim', upTo })
  }

  /** Sets the compaction floor, up or down. Deferred. */
  setCompactedIdx(index: number): void {
    this.#writeOne({ kind: 'setCompactedIdx', index })
  }

  /** The compaction floor. 0 before the first compaction. */
  getCompactedIdx(): number {
    return this.#log.compactedIndex
  }

  /** Stores the snapshot of everything below the compaction floor; `undefined` clears it. Deferred. */
  setSnapshot(snapshot: S | undefined): void {
    this.#writeOne({ kind: 'setSnapshot', snapshot })
  }

  getSnapshot(): S | undefined {
    return this.#readMeta(metaKeys.snapshot, (bytes) => this.#snapshotCodec.decode(bytes))
  }

  /** Stores the stop sign; `undefined` clears it. Durable when it returns: the engine counts it as an accepted entry. */
  setStopsign(stopsign: StopSign | undefined): void {
    this.#writeOne({ kind: 'setStopsign', stopsign })
  }

  getStopsign(): StopSign | undefined {
    return this.#readMeta(metaKeys.stopsign, decodeStopSign)
  }

  /**
   * Does `ops` in order, all or nothing, also across a crash. Durable when it returns if any of them is of the committed
   * class, else deferred.
   */
  writeAtomically(ops: readonly PaxosOp<T, S>[]): void {
    if (!Array.isArray(ops)) {
      throw new InvalidArgumentError('ops', `Cannot write ${show(ops)}: give an array of operations`)
    }
    this.#write(atomicWriteName, ops)
  }

  /** Makes everything deferred durable. */
  flush(): void {
    this.#log.flush()
  }

  /** Flushes and closes the log. Twice is fine. */
  close(): void {
    this.#log.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #writeOne(op: PaxosOp<T, S>): number {
    this.#write(operationFacts[op.kind].name, [op])
    return this.getLogLen()
  }

  #write(operation: string, ops: readonly PaxosOp<T, S>[]): void {
    const isDeferred = ops.every(
      (op) => operationFacts[op?.kind]?.isDeferred && !this.#committed.has(op.kind),
    )
    const writeClass = isDeferred ? 'deferred' : 'commit'
    this.#engineLog.write(operation, writeClass, () => ({
      class: writeClass,
      ops: ops.flatMap((op) => this.#translate(op)),
    }))
  }

  #translate(op: PaxosOp<T, S>): LogOp[] {
    switch (op?.kind) {
      case 'appendEntry':
        return [{ kind: 'append', entries: [this.#encodeEntry(op.entry, 0)] }]
      case 'appendEntries':
        return [{ kind: 'append', entries: this.#encodeEntries(op.entries) }]
      case 'appendOnPrefix':
        return [{ kind: 'replaceSuffix', from: op.from, entries: this.#encodeEntries(op.entries) }]
      case 'setPromise':
        return [setMeta(metaKeys.promise, encodeBallot(op.ballot))]
      case 'setAcceptedRound':
        return [setMeta(metaKeys.acceptedRound, encodeBallot(op.ballot))]
      case 'setStopsign':
        return [
          setMeta(metaKeys.stopsign, op.stopsign === undefined ? undefined : encodeStopSign(op.stopsign)),
        ]
      case 'setDecidedIdx':
        return [setMeta(metaKeys.decidedIdx, encodeIndex(op.index))]
      case 'setCompactedIdx':
        return [{ kind: 'compact', index: op.index }]
      case 'trim':
        return [{ kind: 'trim', upTo: op.upTo }]
      case 'setSnapshot':
        return [setMeta(metaKeys.snapshot, this.#encodeSnapshot(op.snapshot))]
      default:
        throw new InvalidArgumentError(
          'ops',
          `Cannot do ${show((op as { kind?: unknown } | undefined)?.kind ?? op)}: an operation's kind is one of ${Object.keys(operationFacts).join(', ')}`,
        )
    }
  }

  #encodeEntries(entries: readonly T[]): Uint8Array[] {
    if (!Array.isArray(entries)) {
      throw new InvalidArgumentError('entries', `Cannot append ${show(entries)}: give an array of entries`)
    }
    return Array.from(entries, (entry, position) => this.#encodeEntry(entry, position))
  }

  #encodeEntry(entry: T, position: number): Uint8Array {
    return encodeWith(this.#entryCodec, entry, `entries[${position}]`)
  }

  #encodeSnapshot(snapshot: S | undefined): Uint8Array | undefined {
    return snapshot === undefined ? undefined : encodeWith(this.#snapshotCodec, snapshot, 'snapshot')
  }

  #decodeEntry(index: number, bytes: Uint8Array): T {
    return this.#engineLog.decoding({ index }, `entry ${index} of ${bytes.length} bytes`, () =>
      this.#entryCodec.decode(bytes),
    )
  }

  #readMeta<V>(key: string, decode: (bytes: Uint8Array) => V | undefined): V | undefined {
    this.#engineLog.assertReadable()
    return this.#engineLog.readMeta(key, decode)
  }
}

function setMeta(key: string, value: Uint8Array | undefined): LogOp {
  return value === undefined ? { kind: 'deleteMeta', key } : { kind: 'setMeta', key, value }
}

function encodeIndex(index: number): Uint8Array {
  checkIndex('index', index)
  const bytes = new Uint8Array(8)
  writeU64(bytes, 0, index)
  return bytes
}

function decodeIndex(bytes: Uint8Array): number | undefined {
  const index = bytes.length === 8 ? readU64(bytes, 0) : undefined
  return Number.isSafeInteger(index) ? index : undefined
}

function checkCommitted(kinds: readonly string[]): readonly string[] {
  const facts: Readonly<Record<string, { isDeferred: boolean } | undefined>> = operationFacts
  for (const kind of kinds) {
    if (facts[kind]?.isDeferred) continue
    throw new InvalidArgumentError(
      'commit',
      `Cannot commit ${show(kind)}: give deferred operations, setDecidedIdx, setCompactedIdx, trim or setSnapshot`,
    )
  }
  return kinds
}
