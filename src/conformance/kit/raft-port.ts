/** Raft storage on the methods that a stranger wrote, in the form that the suites call it by. */
import { HoldfastError } from '../../errors.ts'
import type { EntriesLimit, HardStateStore, LogId, RaftEntry, RaftLog } from '../../raft/index.ts'
import type { RaftNode } from '../contract/contract-case.ts'
import { AdapterError, StoreFailure } from './adapter-error.ts'
import type { AdapterPortOptions } from './adapter-port.ts'
import { asIndex, asList } from './answers.ts'
import { EngineStandIn } from './engine-stand-in.ts'
import { asHardState, asLogId, asRaftEntry } from './raft-answers.ts'
import { raftRefusal } from './raft-refusals.ts'

type LogMethods = { readonly [K in keyof RaftLog<unknown>]: RaftLog<unknown>[K] }
type StateMethods = { readonly [K in keyof HardStateStore<unknown>]: HardStateStore<unknown>[K] }

/** The log and the hard state, and in place of a log underneath what can be told of it. */
export class RaftStandIn extends EngineStandIn {
  readonly node: RaftNode<unknown>
  /** Whether it can be told of a snapshot that an engine has installed. */
  readonly canInstall: boolean

  constructor(options: AdapterPortOptions) {
    super(options)
    this.canInstall = options.has('installSnapshot')
    const isDeferred = options.capabilities.trim === 'deferred'
    // The classes have fields that are private, so that nothing else is one: their methods are what the suites call.
    const log = new PortRaftLog(this, { isPurgeDeferred: isDeferred, hasFlush: options.has('flush') })
    const hardState: StateMethods = {
      save: (state) => void log.durable('save', state),
      load: () => asHardState(this.calling('load')),
      saveWith: (state, entries) => void log.durable('saveWith', state, entries),
    }
    this.node = {
      log: log as LogMethods as RaftLog<unknown>,
      hardState: hardState as HardStateStore<unknown>,
    }
  }

  override get firstIndex(): number {
    return this.node.log.firstIndex
  }

  override get nextIndex(): number {
    return this.node.log.lastIndex + 1
  }

  override get compactedIndex(): number {
    return this.node.log.firstIndex
  }

  override *entries(): Generator<{ readonly index: number; readonly value: Uint8Array }, undefined> {
    for (let index = this.firstIndex; index < this.nextIndex; index++)
      yield { index, value: new Uint8Array(0) }
  }

  override flush(): void {
    this.node.log.flush()
  }

  /** As {@link calling}, with the contract's own errors for what is refused. */
  refusing(method: string, ...parameters: readonly unknown[]): unknown {
    try {
      return this.calling(method, ...parameters)
    } catch (error) {
      throw this.#refusalOf(error, method, parameters) ?? error
    }
  }

  /** Whoever promises types is held to their names. */
  #refusalOf(error: unknown, method: string, parameters: readonly unknown[]): Error | undefined {
    const isTyped = error instanceof HoldfastError && !(error instanceof AdapterError)
    if (!isTyped && !(error instanceof StoreFailure)) return undefined
    const refusal = this.#contractRefusal(method, parameters)
    if (isTyped && refusal?.name !== error.name) return undefined
    // Whether it happened, the storage alone can say.
    return refusal && Object.assign(refusal, { cause: error })
  }

  /** `undefined` also of storage that has failed and does not say where it is: what it threw first is what there is to tell. */
  #contractRefusal(method: string, parameters: readonly unknown[]): Error | undefined {
    const { log, hardState } = this.node
    try {
      const bounds = { boundary: log.purgeBoundary, lastIndex: log.lastIndex }
      return raftRefusal(method, parameters, bounds, hardState.load())
    } catch (error) {
      if (error instanceof AdapterError) throw error
      return undefined
    }
  }
}

class PortRaftLog implements LogMethods {
  readonly log: RaftStandIn
  readonly #isPurgeDeferred: boolean
  readonly #hasFlush: boolean
  #isFlushDue = false

  constructor(
    log: RaftStandIn,
    { isPurgeDeferred, hasFlush }: { readonly isPurgeDeferred: boolean; readonly hasFlush: boolean },
  ) {
    this.log = log
    this.#isPurgeDeferred = isPurgeDeferred
    this.#hasFlush = hasFlush
  }

  get isWriteDurable(): true {
    return true
  }

  get firstIndex(): number {
    return asIndex('firstIndex', this.log.calling('firstIndex'))
  }

  get lastIndex(): number {
    return asIndex('lastIndex', this.log.calling('lastIndex'))
  }

  get lastLogId(): LogId {
    return asLogId('lastLogId', this.log.calling('lastLogId'))
  }

  get purgeBoundary(): LogId {
    return asLogId('purgeBoundary', this.log.calling('purgeBoundary'))
  }

  append(entries: readonly RaftEntry<unknown>[]): void {
    this.durable('append', entries)
  }

  replaceSuffix(from: number, entries: readonly RaftEntry<unknown>[]): void {
    this.durable('replaceSuffix', from, entries)
  }

  truncate(from: number): void {
    this.durable('truncate', from)
  }

  entry(index: number): RaftEntry<unknown> {
    return asRaftEntry('entry', this.log.refusing('entry', index))
  }

  entries(low: number, high: number, limit?: EntriesLimit): RaftEntry<unknown>[] {
    const parameters = limit === undefined ? [low, high] : [low, high, limit]
    const entries = asList('entries', this.log.refusing('entries', ...parameters))
    return entries.map((entry) => asRaftEntry('entries', entry))
  }

  term(index: number): number {
    return asIndex('term', this.log.refusing('term', index))
  }

  purge(upTo: LogId): void {
    if (!this.#isPurgeDeferred) this.#flushPurge()
    this.log.refusing('purge', upTo)
    this.#isFlushDue = this.#isPurgeDeferred
  }

  installSnapshot(id: LogId): void {
    this.durable('installSnapshot', id)
  }

  reset(): void {
    this.durable('reset')
  }

  /** Also without a purge before it: a commit index may wait for it. */
  flush(): void {
    if (this.#hasFlush) this.log.calling('flush')
    this.#isFlushDue = false
  }

  close(): void {
    this.log.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** What was deferred comes first: then a crash between leaves it alone, as it may. */
  durable(method: string, ...parameters: readonly unknown[]): unknown {
    this.#flushPurge()
    return this.log.refusing(method, ...parameters)
  }

  #flushPurge(): void {
    if (this.#isFlushDue) this.flush()
  }
}

/** @throws {AdapterError} `log` is none of an adapter of kind raft */
export function raftNodeOf(log: unknown): RaftNode<unknown> {
  if (log instanceof RaftStandIn) return log.node
  throw new AdapterError('definition', 'An adapter of kind raft was asked for the storage of another log')
}
