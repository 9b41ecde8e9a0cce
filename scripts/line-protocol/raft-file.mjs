/**
 * Raft's log and hard state in one file: each change is a line, its checksum before it, synced before it is acked. Everything is in
 * memory as well, which is filled from the file when it is opened.
 */
import { FileLog, Refused } from './file-log.mjs'

const start = { index: 0, term: 0 }

export class RaftFile extends FileLog {
  get last() {
    return this.raft.entries.at(-1) ?? this.boundary
  }

  get boundary() {
    return this.raft.boundary
  }

  get hardState() {
    return this.raft.hardState
  }

  /** Also called while the file is read, before this class could have set it. */
  apply(step) {
    this.raft ??= { boundary: start, entries: [], hardState: null }
    if ('cut' in step) this.raft.entries = this.raft.entries.filter(({ index }) => index < step.cut)
    if ('entries' in step) this.raft.entries.push(...step.entries)
    if ('state' in step) this.raft.hardState = step.state
    if (!('boundary' in step)) return
    this.raft.boundary = step.boundary
    this.raft.entries = this.raft.entries.filter(({ index }) => index > step.boundary.index)
  }

  constructor(directory) {
    super(directory)
    this.apply({})
  }

  /** What changes nothing is not written. */
  commit(steps) {
    if (steps.length > 0) super.commit(steps)
  }

  /** The steps were checked when they were worked out. */
  check() {}

  at(index) {
    return index === this.boundary.index ? this.boundary : this.raft.entries[index - this.boundary.index - 1]
  }

  termAt(index) {
    if (index < this.boundary.index) throw new Refused('Compacted', `${index} was purged`)
    if (index > this.last.index) throw new Refused('Unavailable', `${index} is beyond the end`)
    return this.at(index).term
  }

  read(from, to, maxBytes = Number.POSITIVE_INFINITY) {
    if (from > to) throw new Refused('InvalidArgument', `${from} is above ${to}`)
    if (from <= this.boundary.index) throw new Refused('Compacted', `${from} was purged`)
    if (to > this.last.index + 1) throw new Refused('Unavailable', `${to} is beyond the end`)
    const entries = this.raft.entries.slice(from - this.boundary.index - 1, to - this.boundary.index - 1)
    let bytes = 0
    const tooMany = entries.findIndex(({ data }, at) => {
      bytes += Buffer.byteLength(data, 'base64')
      return at > 0 && bytes > maxBytes
    })
    return tooMany < 0 ? entries : entries.slice(0, tooMany)
  }

  /** Those that are there stay. From the first one that differs on, the log is replaced. With a state, none may be ahead of it. */
  appended(entries, state) {
    if (entries.length === 0) return []
    this.checkOrder(entries)
    if (state !== undefined && entries.at(-1).term > state.currentTerm)
      throw new Refused('InvalidArgument', `Term ${entries.at(-1).term} was not saved`)
    const differs = entries.findIndex(
      ({ index, term }) => index > this.last.index || this.at(index).term !== term,
    )
    if (differs < 0) return []
    return [{ cut: entries[differs].index, entries: entries.slice(differs) }]
  }

  replaced(from, entries) {
    if (entries.length > 0 && entries[0].index !== from)
      throw new Refused('InvalidArgument', `The entries begin at ${entries[0].index}, and not at ${from}`)
    const cut = this.truncated(from)
    this.checkOrder(entries)
    return entries.length === 0 ? cut : [{ cut: from, entries }]
  }

  truncated(from) {
    if (from <= this.boundary.index) throw new Refused('Compacted', `${from} was purged`)
    return from > this.last.index ? [] : [{ cut: from }]
  }

  /** They follow what is there, and each other. */
  checkOrder([first, ...others]) {
    if (first === undefined) return
    if (first.index <= this.boundary.index) throw new Refused('Compacted', `${first.index} was purged`)
    if (first.index > this.last.index + 1) throw new Refused('LogGap', `${first.index} would leave a gap`)
    let before = { index: first.index - 1, term: this.at(first.index - 1).term }
    for (const entry of [first, ...others]) {
      if (entry.index !== before.index + 1 || entry.term < before.term)
        throw new Refused('InvalidArgument', `${entry.index} of term ${entry.term} does not follow`)
      before = entry
    }
  }

  purged({ index, term }) {
    if (index < this.boundary.index) return []
    if (this.termAt(index) !== term) throw new Refused('InvalidArgument', `${index} has another term`)
    return index === this.boundary.index ? [] : [{ boundary: { index, term } }]
  }

  installed({ index, term }) {
    const { boundary } = this
    if (index < boundary.index) throw new Refused('Compacted', `${index} was purged`)
    const isOther = index === boundary.index ? term !== boundary.term : term < boundary.term
    if (isOther || term < 0) throw new Refused('InvalidArgument', `Term ${term} contradicts the log`)
    if (index === boundary.index) return []
    // What follows the place stays; a log that has another term there, or ends before it, is another leader's.
    const isKept = index <= this.last.index && this.at(index).term === term
    return [{ ...(isKept ? {} : { cut: 0 }), boundary: { index, term } }]
  }

  saved(state) {
    const before = this.hardState
    if (state === null) return []
    const isSameTerm = before?.currentTerm === state.currentTerm
    const isVoteTaken = isSameTerm && before.votedFor !== null && before.votedFor !== state.votedFor
    if (before !== null && (state.currentTerm < before.currentTerm || isVoteTaken))
      throw new Refused('HardStateRegression', `Term ${state.currentTerm} goes back, or has another vote`)
    return [{ state }]
  }

  reset() {
    const state = this.hardState && { ...this.hardState, commit: null }
    return [{ cut: 0, boundary: start, state }]
  }
}
