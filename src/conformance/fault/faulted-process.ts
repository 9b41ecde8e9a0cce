/**
 * The process whose calls fail, whatever it writes. It says what it does, as the child of the kill suite. When an operation fails
 * that should not, it goes on a little on the same store, then closes it, opens it again, and uses that.
 */
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { InvalidArgumentError } from '../../errors.ts'
import { endWithParent, textOf, writeLine } from '../kill/talk-to-parent.ts'
import { AdapterError, callsAhead, goAhead, StoreFailure } from '../kit/index.ts'
import type { Outcome } from '../oracle.ts'
import type { WorkloadLine } from '../power-loss/event.ts'
import type { NamedOperation } from './fault-model.ts'
import type { FaultChildOrders } from './protocol.ts'

/** What it writes, and to what. `S` is a store that is open, `O` an operation. */
export interface FaultedWorkload<S extends { close(): unknown }, O extends NamedOperation> {
  open(): Promise<S>
  /** Remembers where the store is, as far as it says so: one that is poisoned may not. */
  look(store: S): void
  /** From what was seen last. */
  next(): O
  /** Every operation but `reopen`. Returns what was read. */
  perform(store: S, operation: O): Promise<number | readonly string[] | undefined>
  /** What is done first to a store that was opened again, and seen: reads of what was written last, and writes. */
  uses(): readonly O[]
}

/** On the store that has failed: enough for a sync that is tried again, and for writes that must be refused. */
const operationsAfterFailure = 4
const operationsAfterReopen = 4
/** Errors of a caller's mistake, which the history makes on purpose. */
const refusals: readonly string[] = [
  'LogGapError',
  'CompactedError',
  'UnavailableError',
  'HardStateRegressionError',
]

const limitsFile = '/proc/self/limits'

/** Runs it to its end, as it was ordered. */
export async function runFaulted<S extends { close(): unknown }, O extends NamedOperation>(
  orders: FaultChildOrders,
  workload: FaultedWorkload<S, O>,
): Promise<void> {
  await new FaultedProcess(orders, workload).main()
}

class FaultedProcess<S extends { close(): unknown }, O extends NamedOperation> {
  readonly #orders: FaultChildOrders
  readonly #workload: FaultedWorkload<S, O>
  readonly #fileBytesMaxAtFirst = fileBytesMax()

  constructor(orders: FaultChildOrders, workload: FaultedWorkload<S, O>) {
    this.#orders = orders
    this.#workload = workload
  }

  async main(): Promise<void> {
    endWithParent()
    goAhead(callsAhead.main)
    say({ kind: 'opening' })
    try {
      if (this.#orders.isSecond === true) await this.#liveOn()
      else await this.#live()
      say({ kind: 'waiting' })
    } catch (error) {
      if (error instanceof AdapterError && error.kind !== 'hang') {
        endIfItEnded(error)
        say({ kind: 'adapter', why: error.kind, error: error.message })
        return
      }
      say({ kind: 'broken', error: textOf(error) })
    }
  }

  async #live(): Promise<void> {
    const store = await this.#openTwice()
    say({ kind: 'opened' })
    if (store !== undefined) await this.#run(store)
  }

  /** Opens what another process has left. */
  async #liveOn(): Promise<void> {
    say({ kind: 'intent', operation: { kind: 'reopen' } })
    const store = await this.#workload.open()
    say({ kind: 'opened' })
    say({ kind: 'ack', outcome: { kind: 'done' } })
    await (await this.#use(store)).close()
  }

  /** One call fails, once: a second attempt must succeed. */
  async #openTwice(): Promise<S | undefined> {
    try {
      return await this.#workload.open()
    } catch (error) {
      endIfItEnded(error)
      say({ kind: 'open-failed', outcome: threw(error) })
      if (!this.#orders.isReopening) return undefined
      await this.#roomAgain()
      return this.#workload.open()
    }
  }

  /** A disk that was full is a limit of this process: waits until it is taken away. */
  async #roomAgain(): Promise<void> {
    while (fileBytesMax() < this.#fileBytesMaxAtFirst) await setTimeout(1)
  }

  async #run(opened: S): Promise<void> {
    let store = opened
    let left = this.#orders.operations
    let hasFailed = false
    for (let isAlive = true; left > 0 && isAlive; left--) {
      const operation = this.#next(store)
      const { outcome, after } = await this.#do(store, operation)
      store = after
      if (outcome.kind === 'done' || refusals.includes(outcome.error)) continue
      if (!hasFailed) left = Math.min(left, operationsAfterFailure + 1)
      hasFailed = true
      // It is closed, or half closed: nothing more can be called.
      isAlive = operation.kind !== 'reopen'
    }
    if (hasFailed && this.#orders.isReopening) await this.#recover(store)
  }

  /** As an embedder does it: closes what failed, whatever that says, and opens it anew. */
  async #recover(failed: S): Promise<void> {
    say({ kind: 'intent', operation: { kind: 'reopen' } })
    try {
      await failed.close()
    } catch {
      // It has failed before.
    }
    await this.#roomAgain()
    const store = await this.#workload.open()
    say({ kind: 'ack', outcome: { kind: 'done' } })
    await this.#use(store)
  }

  /** Reads what was written last, and goes on. Returns the store that is then open. */
  async #use(opened: S): Promise<S> {
    let store = opened
    this.#workload.look(store)
    for (const operation of this.#workload.uses()) await this.#do(store, operation)
    for (let left = operationsAfterReopen; left > 0; left--)
      store = (await this.#do(store, this.#next(store))).after
    return store
  }

  #next(store: S): O | Flush {
    this.#workload.look(store)
    const operation = this.#workload.next()
    return operation.kind === 'reopen' && !this.#orders.isReopening ? { kind: 'flush' } : operation
  }

  async #do(store: S, operation: O | Flush): Promise<{ readonly outcome: Outcome; readonly after: S }> {
    say({ kind: 'intent', operation })
    let after = store
    const outcome = await outcomeOf(async () => {
      if (operation.kind !== 'reopen') return this.#workload.perform(store, operation as O)
      await store.close()
      after = await this.#workload.open()
      return undefined
    })
    say({ kind: 'ack', outcome })
    return { outcome, after }
  }
}

type Flush = { readonly kind: 'flush' }

async function outcomeOf(call: () => Promise<number | readonly string[] | undefined>): Promise<Outcome> {
  try {
    return { kind: 'done', result: await call() }
  } catch (error) {
    if (error instanceof AdapterError) throw error
    return threw(error)
  }
}

function threw(error: unknown): Outcome {
  if (!(error instanceof Error)) return { kind: 'threw', error: String(error) }
  const { name, message } = error
  const { inDoubt } = error as { readonly inDoubt?: boolean }
  const failure = failureIn(error)
  const isDefinite = failure?.isDefinite === true
  // An argument is refused for any reason where the contract has no better one: what was thrown says more.
  const said = error instanceof InvalidArgumentError && failure !== undefined ? failure : { name, message }
  return {
    ...{ kind: 'threw', error: said.name, message: said.message },
    inDoubt: inDoubt ?? (isDefinite ? false : undefined),
  }
}

/** What a stranger's method threw. */
function failureIn(error: Error): StoreFailure | undefined {
  return [error, error.cause].find((one) => one instanceof StoreFailure)
}

/** An adapter of the kit that ends its thread, or its process, is a storage that ends its process. */
function endIfItEnded(error: unknown): void {
  if (error instanceof AdapterError && error.kind === 'died') process.exit(1)
}

/** Where the system does not say, no limit is set either. */
function fileBytesMax(): number {
  if (!existsSync(limitsFile)) return Infinity
  const [, softly] = /^Max file size +(\d+)/m.exec(readFileSync(limitsFile, 'utf8')) ?? []
  return softly === undefined ? Infinity : Number(softly)
}

function say(line: WorkloadLine<NamedOperation>): void {
  writeLine(line)
}
