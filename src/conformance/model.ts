/**
 * The reference model: what a log is, said as naively as can be, with a map of entries and a list of deferred operations. It
 * shares no code with any store, so that a mistake of theirs is not also its own.
 */

/** The log's operations, over values of any kind: bytes for the log, whole values for Paxos. */
export type ModelOp<V> =
  | { readonly kind: 'append'; readonly entries: readonly V[] }
  | { readonly kind: 'replaceSuffix'; readonly from: number; readonly entries: readonly V[] }
  | ModelDeferrableOp<V>

export type ModelDeferrableOp<V> =
  | { readonly kind: 'trim'; readonly upTo: number }
  | { readonly kind: 'compact'; readonly index: number }
  | { readonly kind: 'setMeta'; readonly key: string; readonly value: V }
  | { readonly kind: 'deleteMeta'; readonly key: string }

/** What an embedder sees, and all of it: two states are equal when these are. */
export interface ModelView<V> {
  readonly firstIndex: number
  readonly nextIndex: number
  readonly compactedIndex: number
  /** Ascending. */
  readonly entries: readonly (readonly [index: number, value: V])[]
  /** Sorted by key. */
  readonly meta: readonly (readonly [key: string, value: V])[]
}

/** The model refuses an operation: as `CompactedError` or `LogGapError` of a store. */
export class ModelRefusal extends Error {
  readonly why: 'compacted' | 'gap'

  constructor(why: 'compacted' | 'gap') {
    super(`The model refuses: ${why}`)
    this.name = 'ModelRefusal'
    this.why = why
  }
}

interface State<V> {
  entries: Map<number, V>
  meta: Map<string, V>
  /** Lowest index not trimmed, and the index after the last entry ever accepted and not truncated. Equal: no entries. */
  first: number
  end: number
  floor: number
}

export class LogModel<V> {
  /** What a crash leaves. */
  #durable: State<V>
  /** What was deferred since, in order. */
  #deferred: ModelDeferrableOp<V>[] = []
  /** What callers see: `#durable` after `#deferred`. */
  #visible: State<V>

  constructor() {
    this.#durable = { entries: new Map(), meta: new Map(), first: 0, end: 0, floor: 0 }
    this.#visible = copy(this.#durable)
  }

  /** Everything deferred, then `ops`, become durable; or none of `ops` happens. @throws {ModelRefusal} */
  commit(ops: readonly ModelOp<V>[]): void {
    const next = copy(this.#visible)
    for (const op of ops) apply(next, op)
    this.#visible = next
    this.#durable = copy(next)
    this.#deferred = []
  }

  defer(ops: readonly ModelDeferrableOp<V>[]): void {
    const next = copy(this.#visible)
    for (const op of ops) apply(next, op)
    this.#visible = next
    this.#deferred.push(...ops)
  }

  flush(): void {
    this.commit([])
  }

  /** The process dies: what was deferred is gone. */
  crash(): void {
    this.#visible = copy(this.#durable)
    this.#deferred = []
  }

  /** How many operations a crash would lose. */
  get deferredCount(): number {
    return this.#deferred.length
  }

  /** Takes on the state of `other`. */
  become(other: LogModel<V>): void {
    this.#durable = copy(other.#durable)
    this.#visible = copy(other.#visible)
    this.#deferred = [...other.#deferred]
  }

  clone(): LogModel<V> {
    const other = new LogModel<V>()
    other.become(this)
    return other
  }

  get(index: number): V | undefined {
    return this.#visible.entries.get(index)
  }

  /** The entries of `[from, to)`, or none if any is missing. */
  read(from: number, to: number): V[] {
    const values: V[] = []
    for (let index = from; index < to; index++) {
      const value = this.#visible.entries.get(index)
      if (value === undefined) return []
      values.push(value)
    }
    return values
  }

  view(): ModelView<V> {
    const { entries, meta, first, end, floor } = this.#visible
    const nextIndex = Math.max(end, floor)
    return {
      firstIndex: first === end ? nextIndex : first,
      nextIndex,
      compactedIndex: floor,
      entries: [...entries].sort(([a], [b]) => a - b),
      meta: [...meta].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
    }
  }
}

function copy<V>(state: State<V>): State<V> {
  return { ...state, entries: new Map(state.entries), meta: new Map(state.meta) }
}

function apply<V>(state: State<V>, op: ModelOp<V>): void {
  const next = Math.max(state.end, state.floor)
  switch (op.kind) {
    case 'append':
      put(state, next, op.entries)
      break
    case 'replaceSuffix': {
      const first = state.first === state.end ? next : state.first
      if (op.from < first || op.from < state.floor) throw new ModelRefusal('compacted')
      if (op.from > next && op.entries.length > 0) throw new ModelRefusal('gap')
      if (op.from < next) {
        for (const index of [...state.entries.keys()]) if (index >= op.from) state.entries.delete(index)
        state.end = op.from
      }
      if (op.from <= next) put(state, op.from, op.entries)
      break
    }
    case 'trim': {
      for (const index of [...state.entries.keys()]) if (index < op.upTo) state.entries.delete(index)
      state.first = Math.max(state.first, Math.min(op.upTo, state.end))
      break
    }
    case 'compact':
      state.floor = op.index
      break
    case 'setMeta':
      state.meta.set(op.key, op.value)
      break
    case 'deleteMeta':
      state.meta.delete(op.key)
      break
    default:
      op satisfies never
  }
}

function put<V>(state: State<V>, from: number, values: readonly V[]): void {
  if (values.length === 0) return
  if (state.first === state.end) state.first = from
  values.forEach((value, offset) => {
    state.entries.set(from + offset, value)
  })
  state.end = from + values.length
}
