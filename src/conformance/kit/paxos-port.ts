/** Paxos storage on the methods that a stranger wrote, in the form that the suites call it by. */
import type { Ballot, PaxosOp, PaxosStorage, StopSign } from '../../paxos/index.ts'
import { AdapterError, StoreFailure } from './adapter-error.ts'
import type { AdapterPortOptions } from './adapter-port.ts'
import { asIndex, asList } from './answers.ts'
import { EngineStandIn } from './engine-stand-in.ts'
import { replacementRefusal } from './replacement-refusal.ts'

/** Every method of {@link PaxosStorage}. */
type Methods = { readonly [K in keyof PaxosStorage<unknown, unknown>]: PaxosStorage<unknown, unknown>[K] }

/**
 * The storage, and in place of a log underneath what can be told of it. It has none of its own to show: indexes are worked out, and
 * what only a log has is refused.
 */
export class PaxosLog extends EngineStandIn {
  readonly storage: PaxosStorage<unknown, unknown>

  constructor(options: AdapterPortOptions) {
    super(options)
    // The class has fields that are private, so that nothing else is one: its methods are what the suites call.
    this.storage = new PortPaxos(this, options) as Methods as PaxosStorage<unknown, unknown>
  }

  override get compactedIndex(): number {
    return this.storage.getCompactedIdx()
  }

  override get nextIndex(): number {
    return this.compactedIndex + this.storage.getLogLen()
  }

  override get firstIndex(): number {
    return this.#indexes().at(0) ?? this.nextIndex
  }

  override *entries(): Generator<{ readonly index: number; readonly value: Uint8Array }, undefined> {
    // The suites read the values from the storage: here they look for where they are.
    for (const index of this.#indexes()) yield { index, value: new Uint8Array(0) }
  }

  override flush(): void {
    this.storage.flush()
  }

  /** Where entries are, from the end down to the first one: below a floor past the end there may be none. */
  #indexes(): number[] {
    const { length } = this.storage.getSuffix(0)
    const indexes: number[] = []
    for (let index = this.nextIndex - 1; index >= 0 && indexes.length < length; index--) {
      if (this.storage.getEntries(index, index + 1).length > 0) indexes.unshift(index)
    }
    return indexes
  }
}

class PortPaxos implements Methods {
  readonly log: PaxosLog
  readonly #options: AdapterPortOptions
  #isFlushDue = false

  constructor(log: PaxosLog, options: AdapterPortOptions) {
    this.log = log
    this.#options = options
  }

  appendEntry(entry: unknown): number {
    return asIndex('appendEntry', this.#durable('appendEntry', entry))
  }

  appendEntries(entries: readonly unknown[]): number {
    return asIndex('appendEntries', this.#durable('appendEntries', entries))
  }

  appendOnPrefix(from: number, entries: readonly unknown[]): number {
    const call = (): unknown => this.#durable('appendOnPrefix', from, entries)
    return asIndex('appendOnPrefix', this.#refusing([{ kind: 'appendOnPrefix', from, entries }], call))
  }

  setPromise(ballot: Ballot): void {
    this.#durable('setPromise', ballot)
  }

  getPromise(): Ballot | undefined {
    return this.#get('getPromise') as Ballot | undefined
  }

  setAcceptedRound(ballot: Ballot): void {
    this.#durable('setAcceptedRound', ballot)
  }

  getAcceptedRound(): Ballot | undefined {
    return this.#get('getAcceptedRound') as Ballot | undefined
  }

  setDecidedIdx(index: number): void {
    this.#deferrable('metadata', 'setDecidedIdx', index)
  }

  getDecidedIdx(): number {
    return asIndex('getDecidedIdx', this.#call('getDecidedIdx'))
  }

  getEntries(from: number, to: number): unknown[] {
    return [...asList('getEntries', this.#call('getEntries', from, to))]
  }

  getSuffix(from: number): unknown[] {
    return [...asList('getSuffix', this.#call('getSuffix', from))]
  }

  getLogLen(): number {
    return asIndex('getLogLen', this.#call('getLogLen'))
  }

  trim(upTo: number): void {
    this.#deferrable('trim', 'trim', upTo)
  }

  setCompactedIdx(index: number): void {
    this.#deferrable('floor', 'setCompactedIdx', index)
  }

  getCompactedIdx(): number {
    return asIndex('getCompactedIdx', this.#call('getCompactedIdx'))
  }

  setSnapshot(snapshot: unknown): void {
    this.#deferrable('metadata', 'setSnapshot', snapshot)
  }

  getSnapshot(): unknown {
    // Here `null` is a value, as any other.
    return this.#call('getSnapshot')
  }

  setStopsign(stopsign: StopSign | undefined): void {
    this.#durable('setStopsign', stopsign)
  }

  getStopsign(): StopSign | undefined {
    return this.#get('getStopsign') as StopSign | undefined
  }

  writeAtomically(ops: readonly PaxosOp<unknown, unknown>[]): void {
    this.#refusing(ops, () => this.#durable('writeAtomically', ops))
  }

  flush(): void {
    if (this.#isFlushDue) this.#call('flush')
    this.#isFlushDue = false
  }

  close(): void {
    this.log.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** What was deferred comes first: then a crash between leaves it alone, as it may. */
  #durable(method: string, ...parameters: readonly unknown[]): unknown {
    this.flush()
    return this.#call(method, ...parameters)
  }

  #deferrable(capability: 'trim' | 'floor' | 'metadata', method: string, parameter: unknown): void {
    const isDeferred = this.#options.capabilities[capability] === 'deferred'
    if (!isDeferred) this.flush()
    this.#call(method, parameter)
    if (isDeferred) this.#isFlushDue = true
  }

  #get(method: string): unknown {
    // Many stores say `null`.
    return this.#call(method) ?? undefined
  }

  #call(method: string, ...parameters: readonly unknown[]): unknown {
    return this.log.calling(method, ...parameters)
  }

  /** Gives a refusal without a type the one that the contract has for it: that it is refused, and changes nothing, is the storage's. */
  #refusing<R>(ops: readonly PaxosOp<unknown, unknown>[], body: () => R): R {
    try {
      return body()
    } catch (error) {
      if (this.#options.capabilities.typedErrors || !(error instanceof StoreFailure)) throw error
      const replacement = ops.find((op) => op.kind === 'appendOnPrefix')
      throw (replacement && replacementRefusal(replacement.from, replacement.entries, this.log)) ?? error
    }
  }
}

/** @throws {AdapterError} `log` is no {@link PaxosLog} */
export function paxosStorageOf(log: unknown): PaxosStorage<unknown, unknown> {
  if (log instanceof PaxosLog) return log.storage
  throw new AdapterError('definition', 'An adapter of kind paxos was asked for the storage of another log')
}
