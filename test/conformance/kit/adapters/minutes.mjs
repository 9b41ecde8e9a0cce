/**
 * Raft storage that knows nothing of Holdfast: all of it in one file, which every change writes anew beside the old one, syncs and
 * renames. It is right; mutants of it change a method.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize } from 'node:v8'
import { defineAdapter } from '../../../../dist/src/conformance/index.js'
import { publishState } from './publish-state.mjs'

export class Minutes {
  constructor(directory) {
    this.path = join(directory, 'minutes')
    this.state = { entries: [], boundary: { index: 0, term: 0 }, hardState: undefined }
    try {
      this.state = this.decode(readFileSync(this.path))
    } catch (error) {
      if (error.code !== 'ENOENT') throw error
    }
  }

  decode(bytes) {
    return deserialize(bytes)
  }

  firstIndex() {
    return this.state.boundary.index + 1
  }

  lastIndex() {
    return this.state.boundary.index + this.state.entries.length
  }

  lastLogId() {
    return { index: this.lastIndex(), term: this.term(this.lastIndex()) }
  }

  purgeBoundary() {
    return this.state.boundary
  }

  term(index) {
    if (index === this.state.boundary.index) return this.state.boundary.term
    return this.entry(index).term
  }

  entry(index) {
    if (index < this.firstIndex()) throw named('CompactedError', `${index} was purged`)
    if (index > this.lastIndex()) throw named('UnavailableError', `${index} is beyond the end`)
    return this.state.entries[index - this.firstIndex()]
  }

  entries(low, high, { maxBytes = Number.POSITIVE_INFINITY } = {}) {
    if (low > high) throw named('InvalidArgumentError', `${low} is above ${high}`)
    if (low < this.firstIndex()) throw named('CompactedError', `${low} was purged`)
    if (high > this.lastIndex() + 1) throw named('UnavailableError', `${high} is beyond the end`)
    const found = this.state.entries.slice(low - this.firstIndex(), high - this.firstIndex())
    let bytes = 0
    return found.filter((entry, at) => {
      bytes += entry.data.length
      return at === 0 || bytes <= maxBytes
    })
  }

  append(entries) {
    this.write((state) => this.put(state, entries))
  }

  replaceSuffix(from, entries) {
    if (entries.length > 0 && entries[0].index !== from) throw named('InvalidArgumentError', 'another index')
    this.write((state) => {
      this.cut(state, from)
      this.put(state, entries)
    })
  }

  truncate(from) {
    this.write((state) => this.cut(state, from))
  }

  cut(state, from) {
    if (from <= state.boundary.index) throw named('CompactedError', `${from} was purged`)
    state.entries = state.entries.slice(0, Math.max(0, from - state.boundary.index - 1))
  }

  put(state, entries) {
    this.check(state, entries)
    const differs = entries.findIndex(({ index, term }) => this.at(state, index)?.term !== term)
    if (differs < 0) return
    this.cut(state, entries[differs].index)
    state.entries.push(...entries.slice(differs))
  }

  at(state, index) {
    return state.entries[index - state.boundary.index - 1]
  }

  check(state, entries) {
    const [first] = entries
    if (first === undefined) return
    const last = state.boundary.index + state.entries.length
    if (first.index <= state.boundary.index) throw named('CompactedError', `${first.index} was purged`)
    if (first.index > last + 1) throw named('LogGapError', `${first.index} is beyond the end`)
    let before = { index: first.index - 1, term: this.at(state, first.index - 1)?.term ?? 0 }
    if (before.index === state.boundary.index) before = state.boundary
    for (const entry of entries) {
      const follows = entry.index === before.index + 1 && entry.term >= before.term
      if (!follows) throw named('InvalidArgumentError', `${entry.index} does not follow`)
      before = entry
    }
  }

  purge(upTo) {
    if (upTo.index <= this.state.boundary.index) return
    if (upTo.index > this.lastIndex()) throw named('UnavailableError', `${upTo.index} is beyond the end`)
    if (this.term(upTo.index) !== upTo.term) throw named('InvalidArgumentError', 'another term')
    this.write((state) => this.begin(state, upTo))
  }

  installSnapshot(id) {
    const { boundary } = this.state
    if (!(id.index === 0 ? id.term === 0 : id.index > 0 && id.term >= 0))
      throw named('InvalidArgumentError', 'no place')
    if (id.index < boundary.index) throw named('CompactedError', `${id.index} was purged`)
    const contradicts = id.index === boundary.index ? id.term !== boundary.term : id.term < boundary.term
    if (contradicts) throw named('InvalidArgumentError', 'another term')
    this.write((state) => {
      if (id.index > boundary.index && this.at(state, id.index)?.term !== id.term) state.entries = []
      this.begin(state, id)
    })
  }

  begin(state, { index, term }) {
    state.entries = state.entries.slice(index - state.boundary.index)
    state.boundary = { index, term }
  }

  reset() {
    this.write((state) => {
      state.entries = []
      state.boundary = { index: 0, term: 0 }
      if (state.hardState === undefined) return
      const { commit: _, ...others } = state.hardState
      state.hardState = others
    })
  }

  load() {
    return this.state.hardState
  }

  save(hardState) {
    this.saveWith(hardState, [])
  }

  saveWith(hardState, entries) {
    this.write((state) => {
      if (hardState !== undefined) state.hardState = this.next(state.hardState, hardState)
      this.put(state, entries)
      const last = entries.at(-1)
      if (last !== undefined && last.term > (state.hardState?.currentTerm ?? 0))
        throw named('InvalidArgumentError', 'the entries are ahead of the term')
    })
  }

  next(before, after) {
    const goesBack = before !== undefined && after.currentTerm < before.currentTerm
    const isSameTerm = before !== undefined && after.currentTerm === before.currentTerm
    const changesVote = isSameTerm && before.votedFor !== undefined && after.votedFor !== before.votedFor
    const uncommits = before?.commit !== undefined && (after.commit ?? -1) < before.commit
    if (goesBack || changesVote || uncommits) throw named('HardStateRegressionError', 'it goes back')
    return { ...after }
  }

  /** All of it, or nothing. */
  write(change) {
    const state = { ...this.state, entries: [...this.state.entries] }
    change(state)
    publishState(this.path, state)
    this.state = state
  }

  close() {}

  abandon() {}
}

export function named(name, message) {
  return Object.assign(new Error(message), { name, definite: true })
}

export const minutes = (name, Type = Minutes, typedErrors = true) =>
  defineAdapter({
    name,
    kind: 'raft',
    capabilities: {
      ...{ appendList: 'atomic', replaceSuffix: 'atomic', batch: true, endRemembered: true, readLimit: true },
      typedErrors,
    },
    open: (directory) => new Type(directory),
  })

export default minutes('the minutes')
