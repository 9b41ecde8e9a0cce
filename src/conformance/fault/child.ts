/**
 * The process whose calls fail. It writes a generated history and says what it does, as the child of the kill suite. When an
 * operation fails that should not, it goes on a little on the same store, then closes it, opens it again, and uses that.
 */
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import type { LogAdapter } from '../adapter.ts'
import { HistoryGenerator, type HistoryOperation, type HistoryPlace } from '../history.ts'
import { loadAdapter } from '../kill/load-adapter.ts'
import { type KillStorage, perform, storageOn } from '../kill/perform.ts'
import { endWithParent, textOf, writeLine } from '../kill/talk-to-parent.ts'
import { AdapterError, callsAhead, goAhead, StoreFailure } from '../kit/index.ts'
import type { Outcome } from '../oracle.ts'
import type { WorkloadLine } from '../power-loss/event.ts'
import { SeededRandom } from '../random.ts'
import type { FaultChildOrders } from './protocol.ts'

const orders = JSON.parse(process.argv[2] ?? '{}') as FaultChildOrders
/** On the store that has failed: enough for a sync that is tried again, and for writes that must be refused. */
const operationsAfterFailure = 4
const operationsAfterReopen = 4
/** Of the values and rounds: those of a second process are its own. */
const first = orders.isSecond === true ? 500_000_001 : 1
/** Errors of a caller's mistake, which the history makes on purpose. */
const refusals: readonly string[] = ['LogGapError', 'CompactedError']

const limitsFile = '/proc/self/limits'
const fileBytesMaxAtFirst = fileBytesMax()

const adapter: LogAdapter = await loadAdapter(orders.adapterUrl)
const open = async (): Promise<KillStorage> =>
  storageOn(await adapter.open(orders.directory), undefined, adapter.parts)

async function main(): Promise<void> {
  endWithParent()
  goAhead(callsAhead.main)
  say({ kind: 'opening' })
  try {
    if (orders.isSecond === true) await liveOn()
    else await live()
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

async function live(): Promise<void> {
  const opened = await openTwice()
  say({ kind: 'opened' })
  if (opened !== undefined) await new FaultedHistory(opened).run()
}

/** Opens what another process has left. */
async function liveOn(): Promise<void> {
  say({ kind: 'intent', operation: { kind: 'reopen' } })
  const storage = await open()
  say({ kind: 'opened' })
  say({ kind: 'ack', outcome: { kind: 'done' } })
  await new FaultedHistory(storage).use()
  await storage.close()
}

/** One call fails, once: a second attempt must succeed. */
async function openTwice(): Promise<KillStorage | undefined> {
  try {
    return await open()
  } catch (error) {
    endIfItEnded(error)
    say({ kind: 'open-failed', outcome: threw(error) })
    if (!orders.isReopening) return undefined
    await roomAgain()
    return open()
  }
}

/** A disk that was full is a limit of this process: waits until it is taken away. */
async function roomAgain(): Promise<void> {
  while (fileBytesMax() < fileBytesMaxAtFirst) await setTimeout(1)
}

/** Where the system does not say, no limit is set either. */
function fileBytesMax(): number {
  if (!existsSync(limitsFile)) return Infinity
  const [, softly] = /^Max file size +(\d+)/m.exec(readFileSync(limitsFile, 'utf8')) ?? []
  return softly === undefined ? Infinity : Number(softly)
}

class FaultedHistory {
  readonly #generator = new HistoryGenerator(
    ...([new SeededRandom(orders.seed, orders.history), first, first, adapter.capabilities] as const),
  )
  #storage: KillStorage
  #place: HistoryPlace = { firstIndex: 0, nextIndex: 0, compactedIndex: 0 }

  constructor(storage: KillStorage) {
    this.#storage = storage
  }

  async run(): Promise<void> {
    let left = orders.operations
    let hasFailed = false
    for (let isAlive = true; left > 0 && isAlive; left--) {
      const operation = this.#next()
      const outcome = await this.#do(operation)
      if (outcome.kind === 'done' || refusals.includes(outcome.error)) continue
      if (!hasFailed) left = Math.min(left, operationsAfterFailure + 1)
      hasFailed = true
      // It is closed, or half closed: nothing more can be called.
      isAlive = operation.kind !== 'reopen'
    }
    if (hasFailed && orders.isReopening) await this.#recover()
  }

  /** As an embedder does it: closes what failed, whatever that says, and opens it anew. */
  async #recover(): Promise<void> {
    say({ kind: 'intent', operation: { kind: 'reopen' } })
    try {
      await this.#storage.close()
    } catch {
      // It has failed before.
    }
    await roomAgain()
    this.#storage = await open()
    say({ kind: 'ack', outcome: { kind: 'done' } })
    await this.use()
  }

  /** Reads what was written last, and goes on. */
  async use(): Promise<void> {
    this.#look()
    const { nextIndex } = this.#place
    await this.#do({
      kind: 'getEntries',
      from: Math.max(nextIndex - 3, this.#place.firstIndex),
      to: nextIndex,
    })
    await this.#do({ kind: 'appendEntry', entry: { number: 900_000_001, size: 64 } })
    await this.#do({ kind: 'getEntries', from: nextIndex, to: nextIndex + 1 })
    for (let left = operationsAfterReopen; left > 0; left--) await this.#do(this.#next())
  }

  #next(): HistoryOperation {
    this.#look()
    const operation = this.#generator.next(this.#place)
    return operation.kind === 'reopen' && !orders.isReopening ? { kind: 'flush' } : operation
  }

  /** A store that is poisoned may not say where it is. */
  #look(): void {
    try {
      const { firstIndex, nextIndex, compactedIndex } = this.#storage.log
      this.#place = { firstIndex, nextIndex, compactedIndex }
    } catch {
      // As it was.
    }
  }

  async #do(operation: HistoryOperation): Promise<Outcome> {
    say({ kind: 'intent', operation })
    const outcome = await this.#outcomeOf(operation)
    say({ kind: 'ack', outcome })
    return outcome
  }

  async #outcomeOf(operation: HistoryOperation): Promise<Outcome> {
    try {
      if (operation.kind !== 'reopen')
        return { kind: 'done', result: await perform(this.#storage, operation) }
      await this.#storage.close()
      this.#storage = await open()
      return { kind: 'done' }
    } catch (error) {
      if (error instanceof AdapterError) throw error
      return threw(error)
    }
  }
}

function threw(error: unknown): Outcome {
  if (!(error instanceof Error)) return { kind: 'threw', error: String(error) }
  const { name, message } = error
  const { inDoubt } = error as { readonly inDoubt?: boolean }
  const isDefinite = error instanceof StoreFailure && error.isDefinite
  return { kind: 'threw', error: name, message, inDoubt: inDoubt ?? (isDefinite ? false : undefined) }
}

/** An adapter of the kit that ends its thread, or its process, is a storage that ends its process. */
function endIfItEnded(error: unknown): void {
  if (error instanceof AdapterError && error.kind === 'died') process.exit(1)
}

function say(line: WorkloadLine): void {
  writeLine(line)
}

await main()
