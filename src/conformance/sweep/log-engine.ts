/** The sweep of a bare log: commits and deferred writes of any operations. */
import type { DeferrableOp, LogOp, LogStore } from '../../log/index.ts'
import { differences } from '../differences.ts'
import type { NamedValue } from '../history.ts'
import { labelOfValue } from '../history-model.ts'
import { describeView } from '../kill/explain.ts'
import { bytesOf, labelOfBytes } from '../kill/values.ts'
import { LogModel, type ModelDeferrableOp, type ModelOp, ModelRefusal, type ModelView } from '../model.ts'
import type { SeededRandom } from '../random.ts'
import type { Step, SweepEngine } from './engine.ts'

type ValueOp = ModelOp<NamedValue>
type ValueDeferrableOp = ModelDeferrableOp<NamedValue>

export type LogOperation =
  | { readonly kind: 'commit'; readonly ops: readonly ValueOp[] }
  | { readonly kind: 'defer'; readonly ops: readonly ValueDeferrableOp[] }
  | { readonly kind: 'read'; readonly from: number; readonly to: number }
  | { readonly kind: 'flush' }
  | { readonly kind: 'reopen' }

type View = ModelView<string>
type State = LogModel<string>

const metaKeys = ['a', 'b', 'c'] as const

export const logEngine: SweepEngine<LogOperation, State, View> = {
  name: 'log',
  sites: [],
  blank: new LogModel<string>(),
  next: nextOperation,
  // Whatever it is, the model knows how it ends.
  fits: () => true,
  step,
  viewOf: (state) => state.view(),
  open: (log) => ({
    log,
    perform: (operation) => perform(log, operation),
    view: () => viewOf(log),
  }),
  probe: () => ({ kind: 'commit', ops: [{ kind: 'append', entries: [{ number: 999_999, size: 24 }] }] }),
  describe,
  describeView,
  differences: ({ legal, seen, operations }, found) => {
    const values = (operations as readonly LogOperation[]).flatMap(labelsIn)
    return differences(
      legal.map((state) => state.view()),
      found,
      { seen: new Set(seen.flatMap((state) => valuesIn(state.view()))), issued: new Set(values) },
    )
  },
}

/** Everything that is in a view under a key or an index. */
export function valuesIn({ entries, meta }: View): string[] {
  return [...entries, ...meta].map(([, value]) => value)
}

function nextOperation(random: SeededRandom, state: State, number: number): LogOperation {
  const place = state.view()
  const kind = random.weighted({ commit: 10, defer: 7, read: 2, flush: 1, reopen: 1 })
  switch (kind) {
    case 'commit': {
      const count = random.integer(1, 3)
      return {
        kind,
        ops: Array.from({ length: count }, (_, at) => anyOp(random, place, number * 10 + at * 3)),
      }
    }
    case 'defer': {
      const count = random.integer(1, 2)
      return {
        kind,
        ops: Array.from({ length: count }, (_, at) => deferrableOp(random, place, number * 10 + at)),
      }
    }
    case 'read':
      return { kind, from: place.firstIndex, to: place.nextIndex + random.integer(0, 1) }
    case 'flush':
    case 'reopen':
      return { kind }
    default:
      return kind satisfies never
  }
}

function anyOp(random: SeededRandom, place: View, number: number): ValueOp {
  const kind = random.weighted({ append: 6, replaceSuffix: 4, deferrable: 4 })
  const entries = Array.from({ length: random.integer(1, 3) }, (_, at) => createValue(random, number + at))
  if (kind === 'append') return { kind, entries }
  if (kind === 'deferrable') return deferrableOp(random, place, number)
  const from = Math.max(place.firstIndex, place.compactedIndex, place.nextIndex - random.integer(0, 3))
  return { kind, from, entries: random.chance(0.3) ? [] : entries }
}

function deferrableOp(random: SeededRandom, place: View, number: number): ValueDeferrableOp {
  const kind = random.weighted({ trim: 4, compact: 2, setMeta: 5, deleteMeta: 2 })
  const key = random.pick([...metaKeys])
  switch (kind) {
    case 'trim':
      return { kind, upTo: random.integer(place.firstIndex, place.nextIndex) }
    case 'compact':
      return { kind, index: random.integer(Math.min(place.firstIndex, place.nextIndex), place.nextIndex + 1) }
    case 'setMeta':
      return { kind, key, value: createValue(random, number) }
    case 'deleteMeta':
      return { kind, key }
    default:
      return kind satisfies never
  }
}

function createValue(random: SeededRandom, number: number): NamedValue {
  return { number, size: random.integer(8, 60) }
}

function step(state: State, operation: LogOperation): Step<State> {
  const next = state.clone()
  try {
    const result = apply(next, operation)
    const isDurable = operation.kind !== 'defer' && operation.kind !== 'read'
    return { state: next, outcome: { kind: 'done', result }, isDurable }
  } catch (error) {
    if (!(error instanceof ModelRefusal)) throw error
    const name = error.why === 'gap' ? 'LogGapError' : 'CompactedError'
    return { state, outcome: { kind: 'threw', error: name }, isDurable: false }
  }
}

function apply(model: State, operation: LogOperation): string[] | undefined {
  switch (operation.kind) {
    case 'commit':
      model.commit(operation.ops.map(labelled))
      return undefined
    case 'defer':
      model.defer(operation.ops.map((op) => labelled(op) as ModelDeferrableOp<string>))
      return undefined
    case 'read':
      return model.read(operation.from, operation.to)
    case 'flush':
    case 'reopen':
      model.flush()
      return undefined
    default:
      return operation satisfies never
  }
}

function labelled(op: ValueOp): ModelOp<string> {
  switch (op.kind) {
    case 'append':
    case 'replaceSuffix':
      return { ...op, entries: op.entries.map(labelOfValue) }
    case 'setMeta':
      return { ...op, value: labelOfValue(op.value) }
    default:
      return op
  }
}

function perform(log: LogStore, operation: LogOperation): readonly string[] | undefined {
  switch (operation.kind) {
    case 'commit':
      log.commit(operation.ops.map(withBytes))
      return undefined
    case 'defer':
      log.defer(operation.ops.map((op) => withBytes(op) as DeferrableOp))
      return undefined
    case 'read':
      return log.read(operation.from, operation.to).map(labelOfBytes)
    case 'flush':
      log.flush()
      return undefined
    case 'reopen':
      return undefined
    default:
      return operation satisfies never
  }
}

function withBytes(op: ValueOp): LogOp {
  switch (op.kind) {
    case 'append':
    case 'replaceSuffix':
      return { ...op, entries: op.entries.map(bytesOf) }
    case 'setMeta':
      return { ...op, value: bytesOf(op.value) }
    default:
      return op
  }
}

function viewOf(log: LogStore): View {
  const { firstIndex, nextIndex, compactedIndex } = log
  return {
    firstIndex,
    nextIndex,
    compactedIndex,
    entries: Array.from(log.entries(), ({ index, value }) => [index, labelOfBytes(value)] as const),
    meta: metaKeys.flatMap((key) => {
      const value = log.getMeta(key)
      return value === undefined ? [] : [[key, labelOfBytes(value)] as const]
    }),
  }
}

function labelsIn(operation: LogOperation): string[] {
  if (operation.kind !== 'commit' && operation.kind !== 'defer') return []
  return operation.ops.map(labelled).flatMap((op) => {
    if (op.kind === 'setMeta') return [op.value]
    return op.kind === 'append' || op.kind === 'replaceSuffix' ? op.entries : []
  })
}

function describe(operation: LogOperation): string {
  switch (operation.kind) {
    case 'commit':
    case 'defer':
      return `${operation.kind}([${operation.ops.map(describeOp).join(', ')}])`
    case 'read':
      return `read(${operation.from}, ${operation.to})`
    case 'flush':
    case 'reopen':
      return `${operation.kind}()`
    default:
      return operation satisfies never
  }
}

function describeOp(op: ValueOp): string {
  switch (op.kind) {
    case 'append':
      return `append ${list(op.entries)}`
    case 'replaceSuffix':
      return `replaceSuffix from ${op.from} by ${list(op.entries)}`
    case 'trim':
      return `trim to ${op.upTo}`
    case 'compact':
      return `compact to ${op.index}`
    case 'setMeta':
      return `set "${op.key}" to ${labelOfValue(op.value)}`
    case 'deleteMeta':
      return `delete "${op.key}"`
    default:
      return op satisfies never
  }
}

function list(entries: readonly NamedValue[]): string {
  return entries.length === 0 ? 'nothing' : entries.map(labelOfValue).join(' and ')
}
