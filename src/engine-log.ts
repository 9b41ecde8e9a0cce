/**
 * A log as the storage of an engine uses it. Paxos and Raft storage translate their contracts into the log's operations; what
 * they do around each call is the same and is here: hit the failpoint site in front of it, report what is refused before the
 * log hears of it, and call what does not decode corrupt.
 */
import type { FailpointRegistry } from '../failpoints/index.ts'
import { show } from './arguments.ts'
import type { Codec } from './codec/index.ts'
import type { EngineSites } from './engine-sites.ts'
import { CorruptionError, InvalidArgumentError, LogClosedError, reasonOf } from './errors.ts'
import type { DeferrableOp, LogOp, LogStore } from './log/index.ts'
import { messageOf } from './message-of.ts'
import { notify, type StoreObserver, silentObserver, type WriteClass } from './observer.ts'
import { failIfAsked, InjectedFailure } from './write-failure.ts'

export interface EngineLogOptions {
  readonly failpoints: FailpointRegistry | undefined
  /** Told of the writes that fail before they reach the log; the log tells its own observer of the others. */
  readonly observer: StoreObserver | undefined
  readonly sites: EngineSites
}

/** What a call means to the log. */
export interface EngineWrite {
  readonly class: WriteClass
  readonly ops: readonly LogOp[]
}

/** Where something that does not decode was found. */
export interface EnginePlace {
  readonly index?: number
  readonly actualBytes?: number
}

export class EngineLog {
  readonly log: LogStore
  readonly #failpoints: FailpointRegistry | undefined
  readonly #observer: StoreObserver
  readonly #sites: EngineSites

  constructor(log: LogStore, { failpoints, observer, sites }: EngineLogOptions) {
    this.log = log
    this.#failpoints = failpoints
    this.#failpoints?.declare(sites.all)
    this.#observer = observer ?? silentObserver
    this.#sites = sites
  }

  /**
   * The one path to the log. `translate` checks and encodes everything before the log hears of it, so a bad value leaves
   * nothing behind; when it returns `undefined` there is nothing to write. `assumed` is the class that is reported when it
   * throws.
   */
  write(operation: string, assumed: WriteClass, translate: () => EngineWrite | undefined): void {
    const write = this.#refusing(operation, assumed, () => {
      const translated = translate()
      const at = { log: this.log.name, operation }
      failIfAsked(this.#failpoints, this.#sites.of(operation), at)
      if (translated?.class === 'deferred') failIfAsked(this.#failpoints, this.#sites.deferredWrite, at)
      return translated
    })
    if (write === undefined) return
    if (write.class === 'deferred') this.log.defer(write.ops as readonly DeferrableOp[], operation)
    else this.log.commit(write.ops, operation)
  }

  /** The metadata stored under `key`, decoded. `decode` returns `undefined` for what is not what it should be. */
  readMeta<V>(key: string, decode: (bytes: Uint8Array) => V | undefined): V | undefined {
    const bytes = this.log.getMeta(key)
    if (bytes === undefined) return undefined
    const place = { actualBytes: bytes.length }
    const value = this.decoding(place, `"${key}" of ${bytes.length} bytes`, () => decode(bytes))
    if (value !== undefined) return value
    throw this.corrupt(place, `"${key}" of ${bytes.length} bytes is not what it should be`)
  }

  /** What `decode` returns. @throws {CorruptionError} it throws */
  decoding<V>(place: EnginePlace, what: string, decode: () => V): V {
    try {
      return decode()
    } catch (cause) {
      throw this.corrupt(place, `${what} does not decode (${messageOf(cause)})`, cause)
    }
  }

  /** Hits the site in front of a read. @throws {CorruptionError} it is armed to fail */
  assertReadable(index?: number): void {
    const site = this.#sites.read
    const asked = this.#failpoints?.hit(site)
    if (asked === undefined) return
    const place = index === undefined ? {} : { index }
    throw this.corrupt(place, `the failpoint ${site} says so`, new InjectedFailure(site, asked))
  }

  /** The error to throw, which the observer was told of. */
  corrupt(place: EnginePlace, what: string, cause?: unknown): CorruptionError {
    const log = this.log.name
    const error = new CorruptionError({ log, ...place }, what, { cause })
    notify(() => this.#observer.onCorruption?.({ log, error }))
    return error
  }

  /** Reports what is refused here, as the log reports what it refuses. */
  #refusing<R>(operation: string, writeClass: WriteClass, body: () => R): R {
    const startedAt = performance.now()
    try {
      return body()
    } catch (error) {
      if (error instanceof LogClosedError) throw error // nothing is told of a log after its end
      const event = {
        log: this.log.name,
        operation,
        class: writeClass,
        reason: reasonOf(error),
        durationMs: performance.now() - startedAt,
        error,
      } as const
      notify(() => this.#observer.onWriteFailure?.(event))
      throw error
    }
  }
}

/** @throws {InvalidArgumentError} `codec` does not encode `value` */
export function encodeWith<V>(codec: Codec<V>, value: V, argument: string): Uint8Array {
  try {
    // A copy: the codec may use its buffer again for the next value.
    return new Uint8Array(codec.encode(value))
  } catch (cause) {
    throw new InvalidArgumentError(
      argument,
      `Cannot store ${argument}: its codec does not encode ${show(value)} (${messageOf(cause)}); nothing was written`,
      { cause },
    )
  }
}
