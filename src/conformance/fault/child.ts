/** The process whose calls fail, and which writes a log. */
import type { LogAdapter } from '../adapter.ts'
import { HistoryGenerator, type HistoryOperation, type HistoryPlace } from '../history.ts'
import { loadAdapter } from '../kill/load-adapter.ts'
import { type KillStorage, perform, storageOn } from '../kill/perform.ts'
import { SeededRandom } from '../random.ts'
import { type FaultedWorkload, runFaulted } from './faulted-process.ts'
import { type FaultChildOrders, firstNumberOf } from './protocol.ts'

const orders = JSON.parse(process.argv[2] ?? '{}') as FaultChildOrders
const adapter: LogAdapter = await loadAdapter(orders.adapterUrl)

class LogWorkload implements FaultedWorkload<KillStorage, HistoryOperation> {
  readonly #generator: HistoryGenerator
  #place: HistoryPlace = { firstIndex: 0, nextIndex: 0, compactedIndex: 0 }

  constructor() {
    const random = new SeededRandom(orders.seed, orders.history)
    const first = firstNumberOf(orders)
    this.#generator = new HistoryGenerator(random, first, first, adapter.capabilities)
  }

  async open(): Promise<KillStorage> {
    return storageOn(await adapter.open(orders.directory), undefined, adapter.parts)
  }

  look(storage: KillStorage): void {
    try {
      const { firstIndex, nextIndex, compactedIndex } = storage.log
      this.#place = { firstIndex, nextIndex, compactedIndex }
    } catch {
      // As it was.
    }
  }

  next(): HistoryOperation {
    return this.#generator.next(this.#place)
  }

  async perform(storage: KillStorage, operation: HistoryOperation) {
    return perform(storage, operation as Exclude<HistoryOperation, { kind: 'reopen' }>)
  }

  uses(): readonly HistoryOperation[] {
    const { nextIndex, firstIndex } = this.#place
    return [
      { kind: 'getEntries', from: Math.max(nextIndex - 3, firstIndex), to: nextIndex },
      { kind: 'appendEntry', entry: { number: 900_000_001, size: 64 } },
      { kind: 'getEntries', from: nextIndex, to: nextIndex + 1 },
    ]
  }
}

await runFaulted(orders, new LogWorkload())
