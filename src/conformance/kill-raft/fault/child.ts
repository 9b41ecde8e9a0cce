/** The process whose calls fail, and which writes Raft storage. */
import { type FaultedWorkload, runFaulted } from '../../fault/faulted-process.ts'
import { type FaultChildOrders, firstNumberOf } from '../../fault/protocol.ts'
import { loadAdapter } from '../../kill/load-adapter.ts'
import { SeededRandom } from '../../random.ts'
import { RaftHistoryGenerator, type RaftHistoryOperation, type RaftPlace } from '../history.ts'
import { blankState } from '../model.ts'
import { type OpenedRaft, openRaft } from '../opened.ts'
import { perform, placeOf } from '../perform.ts'

const orders = JSON.parse(process.argv[2] ?? '{}') as FaultChildOrders
const adapter = await loadAdapter(orders.adapterUrl)

const nowhere: RaftPlace = {
  ...{ boundary: blankState.log.boundary, last: blankState.log.boundary },
  ...{ hardState: undefined, newestSnapshot: undefined, termAt: () => 0 },
}
const usedNumber = 900_000_001
const usedBytes = 64

class RaftWorkload implements FaultedWorkload<OpenedRaft, RaftHistoryOperation> {
  #generator: RaftHistoryGenerator | undefined
  #place = nowhere
  /** As they were seen last, by index. */
  readonly #terms = new Map<number, number>()

  async open(): Promise<OpenedRaft> {
    const opened = openRaft(adapter, orders.directory)
    const random = new SeededRandom(orders.seed, orders.history)
    this.#generator ??= new RaftHistoryGenerator(random, firstNumberOf(orders), opened.calls)
    return opened
  }

  look(opened: OpenedRaft): void {
    try {
      const place = placeOf(opened)
      this.#place = { ...place, termAt: (index) => this.#termAt(opened, index) }
    } catch {
      // As it was: storage that is poisoned may not say.
    }
  }

  next(): RaftHistoryOperation {
    if (this.#generator === undefined) throw new Error('Nothing was opened')
    return this.#generator.next(this.#place)
  }

  async perform(opened: OpenedRaft, operation: RaftHistoryOperation) {
    return await perform(opened, operation as Exclude<RaftHistoryOperation, { kind: 'reopen' }>)
  }

  /** A vote is taken as well: it is what may least be lost. */
  uses(): readonly RaftHistoryOperation[] {
    const { last, boundary, hardState } = this.#place
    const index = last.index + 1
    const { currentTerm = 0, commit } = hardState ?? {}
    const value = { number: usedNumber, size: usedBytes }
    const entry = { index, term: currentTerm, kind: 'command', value } as const
    return [
      { kind: 'entries', low: Math.max(boundary.index + 1, index - 3), high: index },
      { kind: 'append', entries: [entry] },
      { kind: 'entries', low: index, high: index + 1 },
      { kind: 'save', state: { currentTerm: currentTerm + 1, votedFor: 'another', commit } },
    ]
  }

  #termAt({ log }: OpenedRaft, index: number): number {
    try {
      this.#terms.set(index, log.term(index))
    } catch {
      // As it was.
    }
    return this.#terms.get(index) ?? this.#place.last.term
  }
}

await runFaulted(orders, new RaftWorkload())
