/** Raft storage as one would write it without a disk: arrays, copied whole at each commit. Shares no code with the real one. */

export interface ModelEntry {
  readonly index: number
  readonly term: number
  readonly kind: string
  readonly data: string
}

export interface ModelPlace {
  readonly index: number
  readonly term: number
}

export interface ModelState {
  readonly currentTerm: number
  readonly votedFor: number | string | undefined
  readonly commit: number | undefined
}

export type ModelRefusalKind = 'gap' | 'compacted' | 'unavailable' | 'argument' | 'regression'

export class RaftModelRefusal extends Error {
  readonly why: ModelRefusalKind

  constructor(why: ModelRefusalKind) {
    super(why)
    this.why = why
  }
}

interface Contents {
  readonly boundary: ModelPlace
  readonly entries: readonly ModelEntry[]
  readonly state: ModelState | undefined
}

const empty: Contents = { boundary: { index: 0, term: 0 }, entries: [], state: undefined }

/** What a write needs: nothing, to be seen, or to be on the disk. */
type Need = 'nothing' | 'deferred' | 'commit'

export class RaftModel {
  now: Contents
  disk: Contents

  constructor(now: Contents = empty, disk: Contents = empty) {
    this.now = now
    this.disk = disk
  }

  clone(): RaftModel {
    return new RaftModel(this.now, this.disk)
  }

  get lastIndex(): number {
    return this.now.entries.at(-1)?.index ?? this.now.boundary.index
  }

  term(index: number): number {
    if (index < this.now.boundary.index) throw new RaftModelRefusal('compacted')
    if (index === this.now.boundary.index) return this.now.boundary.term
    const found = this.now.entries.find((entry) => entry.index === index)
    if (found === undefined) throw new RaftModelRefusal('unavailable')
    return found.term
  }

  entries(low: number, high: number): readonly ModelEntry[] {
    if (low > high) throw new RaftModelRefusal('argument')
    if (low <= this.now.boundary.index) throw new RaftModelRefusal('compacted')
    if (high > this.lastIndex + 1) throw new RaftModelRefusal('unavailable')
    return this.now.entries.filter(({ index }) => index >= low && index < high)
  }

  append(entries: readonly ModelEntry[]): Need {
    const [first] = entries
    if (first === undefined) return 'nothing'
    entries.forEach((entry, position) => {
      const previous = entries[position - 1]
      if (previous === undefined) return
      if (entry.index !== previous.index + 1 || entry.term < previous.term)
        throw new RaftModelRefusal('argument')
    })
    this.#mustContinueAt(first)
    const conflict = entries.find(
      ({ index, term }) => !this.now.entries.some((held) => held.index === index && held.term === term),
    )
    if (conflict === undefined) return 'nothing'
    const kept = this.now.entries.filter(({ index }) => index < conflict.index)
    this.now = { ...this.now, entries: [...kept, ...entries.filter(({ index }) => index >= conflict.index)] }
    return 'commit'
  }

  replaceSuffix(from: number, entries: readonly ModelEntry[]): Need {
    if (from <= this.now.boundary.index) throw new RaftModelRefusal('compacted')
    const [first] = entries
    if (first === undefined && from > this.lastIndex) return 'nothing'
    if (first !== undefined) this.#mustContinueAt(first)
    const kept = this.now.entries.filter(({ index }) => index < from)
    this.now = { ...this.now, entries: [...kept, ...entries] }
    return 'commit'
  }

  purge(upTo: ModelPlace): Need {
    if (upTo.index < this.now.boundary.index) return 'nothing'
    if (upTo.index > this.lastIndex) throw new RaftModelRefusal('unavailable')
    if (this.term(upTo.index) !== upTo.term) throw new RaftModelRefusal('argument')
    if (upTo.index === this.now.boundary.index) return 'nothing'
    const entries = this.now.entries.filter(({ index }) => index > upTo.index)
    this.now = { ...this.now, boundary: upTo, entries }
    return 'deferred'
  }

  installSnapshot(place: ModelPlace): Need {
    const { boundary } = this.now
    if (place.index < boundary.index) throw new RaftModelRefusal('compacted')
    if (place.index === boundary.index && place.term !== boundary.term) throw new RaftModelRefusal('argument')
    if (place.term < boundary.term) throw new RaftModelRefusal('argument')
    if (place.index === boundary.index) return 'commit'
    const matches = this.now.entries.some(({ index, term }) => index === place.index && term === place.term)
    const entries = matches ? this.now.entries.filter(({ index }) => index > place.index) : []
    this.now = { ...this.now, boundary: place, entries }
    return 'commit'
  }

  reset(): Need {
    if (this.lastIndex === 0) return 'nothing'
    const { state } = this.now
    this.now = { ...empty, state: state && { ...state, commit: undefined } }
    return 'commit'
  }

  save(state: ModelState): Need {
    const old = this.now.state
    if (old !== undefined) {
      const takesBack = old.votedFor !== undefined && old.votedFor !== state.votedFor
      if (state.currentTerm < old.currentTerm) throw new RaftModelRefusal('regression')
      if (state.currentTerm === old.currentTerm && takesBack) throw new RaftModelRefusal('regression')
    }
    this.now = { ...this.now, state }
    if (old?.currentTerm !== state.currentTerm || old.votedFor !== state.votedFor) return 'commit'
    return old.commit === state.commit ? 'nothing' : 'deferred'
  }

  saveWith(state: ModelState | undefined, entries: readonly ModelEntry[]): Need {
    const needs = [state === undefined ? 'nothing' : this.save(state), this.append(entries)]
    const last = entries.at(-1)
    if (last !== undefined && last.term > (this.now.state?.currentTerm ?? 0))
      throw new RaftModelRefusal('argument')
    if (needs.includes('commit')) return 'commit'
    return needs.includes('deferred') ? 'deferred' : 'nothing'
  }

  /** What was seen is on the disk now. */
  sync(): void {
    this.disk = this.now
  }

  crash(): void {
    this.now = this.disk
  }

  #mustContinueAt(first: ModelEntry): void {
    if (first.index <= this.now.boundary.index) throw new RaftModelRefusal('compacted')
    if (first.index > this.lastIndex + 1) throw new RaftModelRefusal('gap')
    if (first.term < this.term(first.index - 1)) throw new RaftModelRefusal('argument')
  }
}
