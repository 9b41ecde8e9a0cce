/**
 * The model: what a state machine must hold, told as simply as can be. It shares no code with the implementations, and no idea
 * either: a list of rows, searched from the front. Keys and values are text here.
 */

export type ModelCommand =
  | { readonly kind: 'noop' }
  | {
      readonly kind: 'put'
      readonly key: string
      readonly value: string
      readonly ttlMs?: number | undefined
    }
  | { readonly kind: 'delete'; readonly key: string }
  | {
      readonly kind: 'cas'
      readonly key: string
      readonly expected: string | null
      readonly value: string
      readonly ttlMs?: number | undefined
    }
  | { readonly kind: 'touch'; readonly key: string; readonly ttlMs: number }
  | { readonly kind: 'config'; readonly membership: string }

export interface ModelEntry {
  readonly index: number
  readonly term: number
  readonly time?: number | undefined
  readonly command: ModelCommand
}

export interface ModelRow {
  readonly key: string
  readonly value: string
  readonly createIndex: number
  readonly modIndex: number
  readonly expireAt: number | undefined
}

export interface ModelResult {
  readonly code: string
  readonly changed: boolean
  readonly expireAt: number | undefined
}

/** Everything that can be seen of a state. */
export interface ModelView {
  readonly index: number
  readonly term: number
  readonly clock: number
  readonly membership: { readonly index: number; readonly term: number; readonly text: string } | undefined
  /** In order of the keys. */
  readonly rows: readonly ModelRow[]
}

const longestKey = 1024
const longestValue = 8_388_608
const longestTtl = 9_000_000_000_000
const lastMoment = 9_007_199_254_740_991

export class StateModel {
  #index = 0
  #term = 0
  #clock = 0
  #membership: ModelView['membership']
  #rows: ModelRow[] = []

  /** What {@link entry} leads to; entries that were applied already lead to nothing. */
  apply(entry: ModelEntry): ModelResult {
    if (entry.index <= this.#index) return { code: 'ALREADY_APPLIED', changed: false, expireAt: undefined }
    this.#index = entry.index
    this.#term = entry.term
    if (entry.time !== undefined && entry.time > this.#clock) this.#clock = entry.time
    // Here what has expired is simply gone.
    this.#rows = this.#rows.filter(({ expireAt }) => expireAt === undefined || expireAt > this.#clock)
    return this.#execute(entry, entry.command)
  }

  view(): ModelView {
    const rows = [...this.#rows].sort((left, right) =>
      Buffer.compare(Buffer.from(left.key), Buffer.from(right.key)),
    )
    return { index: this.#index, term: this.#term, clock: this.#clock, membership: this.#membership, rows }
  }

  clone(): StateModel {
    const copy = new StateModel()
    copy.#index = this.#index
    copy.#term = this.#term
    copy.#clock = this.#clock
    copy.#membership = this.#membership
    copy.#rows = [...this.#rows]
    return copy
  }

  #execute(entry: ModelEntry, command: ModelCommand): ModelResult {
    if (command.kind === 'noop') return done(false)
    if (command.kind === 'config') {
      this.#membership = { index: entry.index, term: entry.term, text: command.membership }
      return done(true)
    }
    const bytes = Buffer.byteLength(command.key)
    if (bytes === 0) return refused('KEY_EMPTY')
    if (bytes > longestKey) return refused('KEY_TOO_LONG')
    if ('value' in command && Buffer.byteLength(command.value) > longestValue)
      return refused('VALUE_TOO_LARGE')
    const ttlMs = 'ttlMs' in command ? command.ttlMs : undefined
    if (ttlMs !== undefined && !(ttlMs >= 1 && ttlMs <= longestTtl && Math.floor(ttlMs) === ttlMs)) {
      return refused('TTL_INVALID')
    }
    const expireAt = ttlMs === undefined ? undefined : Math.min(this.#clock + ttlMs, lastMoment)
    const there = this.#rows.find(({ key }) => key === command.key)
    if (command.kind === 'delete') {
      this.#rows = this.#rows.filter((row) => row !== there)
      return done(there !== undefined)
    }
    if (command.kind === 'touch') {
      if (there === undefined) return refused('NOT_FOUND')
      this.#put({ ...there, expireAt })
      return { code: 'OK', changed: there.expireAt !== expireAt, expireAt }
    }
    if (command.kind === 'cas' && command.expected !== (there === undefined ? null : there.value)) {
      return refused('CAS_MISMATCH')
    }
    const createIndex = there === undefined ? entry.index : there.createIndex
    this.#put({ key: command.key, value: command.value, createIndex, modIndex: entry.index, expireAt })
    return { code: 'OK', changed: true, expireAt }
  }

  #put(row: ModelRow): void {
    this.#rows = [...this.#rows.filter(({ key }) => key !== row.key), row]
  }
}

function done(changed: boolean): ModelResult {
  return { code: 'OK', changed, expireAt: undefined }
}

function refused(code: string): ModelResult {
  return { code, changed: false, expireAt: undefined }
}
