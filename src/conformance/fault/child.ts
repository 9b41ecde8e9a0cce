/**
 * The process whose calls fail. It writes a generated history and says what it does, as the child of the kill suite. When an
 * operation fails that should not, it goes on a little on the same store, then closes it, opens it again, and uses that.
 */
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import type { LogAdapter } from '../adapter.ts'
import { HistoryGenerator, type HistoryOperation, type HistoryPlace } from '../history.ts'
import { loadAdapter } from '../kill/load-adapter.ts'
import { type KillStorage, perform, storageOn } from '../kill/perform.ts'
import { endWithParent, textOf, writeLine } from '../kill/talk-to-parent.ts'
import type { Outcome } from '../oracle.ts'
import type { WorkloadLine } from '../power-loss/event.ts'
import { SeededRandom } from '../random.ts'
import type { FaultChildOrders } from './protocol.ts'

const orders = JSON.parse(process.argv[2] ?? '{}') as FaultChildOrders
/** On the store that has failed: enough for a sync that is tried again, and for writes that must be refused. */
const operationsAfterFailure = 4
const operationsAfterReopen = 4
/** Errors of a caller's mistake, which the history makes on purpose. */
const refusals: readonly string[] = ['LogGapError', 'CompactedError']

/** More calls than any other thread of the process makes. */
const callsAhead = 400

const limitsFile = '/proc/self/limits'
const fileBytesMaxAtFirst = fileBytesMax()

const adapter: LogAdapter = await loadAdapter(orders.adapterUrl)
const open = async (): Promise<KillStorage> => storageOn(await adapter.open(orders.directory))

async function main(): Promise<void> {
  endWithParent()
  goAhead()
  say({ kind: 'opening' })
  try {
    const opened = await openTwice()
    say({ kind: 'opened' })
    await new FaultedHistory(opened).run()
    say({ kind: 'waiting' })
  } catch (error) {
    say({ kind: 'broken', error: textOf(error) })
  }
}

/** A call is made to fail by its number within its thread, so no other thread may reach the numbers of this one. */
function goAhead(): void {
  for (let left = callsAhead; left > 0; left--) {
    const descriptor = openSync('/dev/null', 'w')
    writeSync(descriptor, ' ')
    closeSync(descriptor)
  }
}

/** One call fails, once: a second attempt must succeed. */
async function openTwice(): Promise<KillStorage> {
  try {
    return await open()
  } catch (error) {
    say({ kind: 'open-failed', outcome: threw(error) })
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
  readonly #generator = new HistoryGenerator(new SeededRandom(orders.seed, orders.history), 1, 1)
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
    if (hasFailed) await this.#recover()
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
    return this.#generator.next(this.#place)
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
      return threw(error)
    }
  }
}

function threw(error: unknown): Outcome {
  if (!(error instanceof Error)) return { kind: 'threw', error: String(error) }
  const { name, message } = error
  return { kind: 'threw', error: name, message, inDoubt: (error as { readonly inDoubt?: boolean }).inDoubt }
}

function say(line: WorkloadLine): void {
  writeLine(line)
}

await main()
