/** The sweep of Paxos storage on a log. */
import { bytesCodec } from '../../codec/index.ts'
import { paxosSites } from '../../paxos/index.ts'
import { differences } from '../differences.ts'
import { HistoryGenerator, type HistoryOperation } from '../history.ts'
import { applyToModel, isCommit, labelsIn } from '../history-model.ts'
import { describeOperation, describeView } from '../kill/explain.ts'
import { type KillStorage, perform } from '../kill/perform.ts'
import { viewOf } from '../kill/recovered.ts'
import { LogModel, ModelRefusal, type ModelView } from '../model.ts'
import type { SeededRandom } from '../random.ts'
import type { Step, SweepEngine } from './engine.ts'
import { valuesIn } from './log-engine.ts'

type View = ModelView<string>
type State = LogModel<string>

/** Large values make a sweep slow, and find nothing that small ones do not. */
const sizeMax = 200

export const paxosEngine: SweepEngine<HistoryOperation, State, View> = {
  name: 'paxos',
  sites: paxosSites,
  blank: new LogModel<string>(),
  next: nextOperation,
  // Whatever it is, the model knows how it ends.
  fits: () => true,
  step,
  viewOf: (state) => state.view(),
  open: (log, failpoints, { createPaxosStorage }) => {
    const options = { entryCodec: bytesCodec, failpoints }
    const storage: KillStorage = createPaxosStorage(log, options)
    return {
      log,
      perform: (operation) => (operation.kind === 'reopen' ? undefined : perform(storage, operation)),
      view: () => viewOf(storage),
    }
  },
  probe: () => ({ kind: 'appendEntry', entry: { number: 999_999, size: 24 } }),
  describe: describeOperation,
  describeView,
  differences: ({ legal, seen, operations }, found) =>
    differences(
      legal.map((state) => state.view()),
      found,
      {
        seen: new Set(seen.flatMap((state) => valuesIn(state.view()))),
        issued: new Set((operations as readonly HistoryOperation[]).flatMap(labelsIn)),
      },
    ),
}

function nextOperation(random: SeededRandom, state: State, number: number): HistoryOperation {
  const generator = new HistoryGenerator(random, number * 100, number * 10 + 1)
  return small(generator.next(state.view()))
}

function small(operation: HistoryOperation): HistoryOperation {
  return JSON.parse(JSON.stringify(operation), (key, value: unknown) =>
    key === 'size' ? Math.min(value as number, sizeMax) : value,
  ) as HistoryOperation
}

function step(state: State, operation: HistoryOperation): Step<State> {
  const next = state.clone()
  try {
    applyToModel(next, operation)
  } catch (error) {
    if (!(error instanceof ModelRefusal)) throw error
    const name = error.why === 'gap' ? 'LogGapError' : 'CompactedError'
    return { state, outcome: { kind: 'threw', error: name }, isDurable: false }
  }
  if (operation.kind === 'getEntries') {
    const result = next.read(operation.from, operation.to)
    return { state: next, outcome: { kind: 'done', result }, isDurable: false }
  }
  const { nextIndex, compactedIndex } = next.view()
  const result = operation.kind.startsWith('append') ? nextIndex - compactedIndex : undefined
  return { state: next, outcome: { kind: 'done', result }, isDurable: isCommit(operation) }
}
