// Pure: what the log must hold. It knows indexes, metadata, and which entries were written after which cut; not the values.

export class SoakModel {
  /** What is on the medium, and what is visible: they differ by what was deferred. */
  durable = { first: 0, end: 0, floor: 0, meta: new Map() }
  visible = { first: 0, end: 0, floor: 0, meta: new Map() }
  /** Entries from `from` on were written after `cut` cuts. Ascending; only appends add to it, so it is always durable. */
  #cuts = [{ from: 0, cut: 0 }]

  /** How many cuts came before the entry at `index` was written. */
  cutOf(index) {
    let position = this.#cuts.length - 1
    while (this.#cuts[position].from > index) position--
    return this.#cuts[position].cut
  }

  get cutNext() {
    return this.#cuts.at(-1).cut + 1
  }

  /** The effect of `ops` on what is visible; nothing is changed. */
  after(ops) {
    const state = { ...this.visible, meta: new Map(this.visible.meta) }
    for (const op of ops) apply(state, op)
    return state
  }

  /** `ops` were committed, and with them everything deferred. */
  committed(ops) {
    this.visible = this.after(ops)
    this.durable = this.visible
    for (const op of ops) if (op.kind === 'replaceSuffix') this.#cut(op.from)
    this.#forget()
  }

  deferred(ops) {
    this.visible = this.after(ops)
  }

  flushed() {
    this.durable = this.visible
  }

  /** The process ended without a flush. */
  abandoned() {
    this.visible = this.durable
  }

  #cut(from) {
    const cut = this.cutNext
    while (this.#cuts.at(-1).from >= from && this.#cuts.length > 1) this.#cuts.pop()
    this.#cuts.push({ from, cut })
  }

  #forget() {
    while (this.#cuts.length > 1 && this.#cuts[1].from <= this.durable.first) this.#cuts.shift()
  }
}

function apply(state, op) {
  switch (op.kind) {
    case 'append':
      state.end += op.entries.length
      break
    case 'replaceSuffix':
      state.end = op.from + op.entries.length
      break
    case 'trim':
      state.first = Math.max(state.first, Math.min(op.upTo, state.end))
      break
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
      throw new Error(`The model knows no ${op.kind}`)
  }
}
