/**
 * Paxos storage that knows nothing of Holdfast: all of it in one file, which every change writes anew beside the old one, syncs and
 * renames. It is right; `change` makes another one of it, for mutants.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize } from 'node:v8'
import { defineAdapter } from '../../../../dist/src/conformance/index.js'
import { publishState } from './publish-state.mjs'

export class Ledger {
  constructor(directory) {
    this.path = join(directory, 'ledger')
    this.state = { entries: new Map(), first: 0, end: 0, floor: 0, decided: 0 }
    try {
      this.state = deserialize(readFileSync(this.path))
    } catch (error) {
      if (error.code !== 'ENOENT') throw error
    }
  }

  get next() {
    return Math.max(this.state.end, this.state.floor)
  }

  appendEntry(entry) {
    return this.appendEntries([entry])
  }

  appendEntries(entries) {
    return this.writeAtomically([{ kind: 'appendEntries', entries }])
  }

  appendOnPrefix(from, entries) {
    return this.writeAtomically([{ kind: 'appendOnPrefix', from, entries }])
  }

  setPromise(ballot) {
    this.writeAtomically([{ kind: 'setPromise', ballot }])
  }

  setAcceptedRound(ballot) {
    this.writeAtomically([{ kind: 'setAcceptedRound', ballot }])
  }

  setDecidedIdx(index) {
    this.writeAtomically([{ kind: 'setDecidedIdx', index }])
  }

  trim(upTo) {
    this.writeAtomically([{ kind: 'trim', upTo }])
  }

  setCompactedIdx(index) {
    this.writeAtomically([{ kind: 'setCompactedIdx', index }])
  }

  setSnapshot(snapshot) {
    this.writeAtomically([{ kind: 'setSnapshot', snapshot }])
  }

  setStopsign(stopsign) {
    this.writeAtomically([{ kind: 'setStopsign', stopsign }])
  }

  getPromise() {
    return this.state.promise
  }

  getAcceptedRound() {
    return this.state.acceptedRound
  }

  getDecidedIdx() {
    return this.state.decided
  }

  getEntries(from, to) {
    const values = []
    for (let index = from; index < to; index++) {
      if (!this.state.entries.has(index)) return []
      values.push(this.state.entries.get(index))
    }
    return values
  }

  getSuffix(from) {
    return [...this.state.entries].filter(([index]) => index >= from).map(([, entry]) => entry)
  }

  getLogLen() {
    return this.next - this.state.floor
  }

  getCompactedIdx() {
    return this.state.floor
  }

  getSnapshot() {
    return this.state.snapshot
  }

  getStopsign() {
    return this.state.stopsign
  }

  writeAtomically(ops) {
    const before = this.state
    this.state = { ...before, entries: new Map(before.entries) }
    try {
      for (const op of ops) this.apply(op)
      this.write()
    } catch (error) {
      this.state = before
      throw error
    }
    return this.getLogLen()
  }

  apply(op) {
    const { state } = this
    switch (op.kind) {
      case 'appendEntry':
        return this.put(this.next, [op.entry])
      case 'appendEntries':
        return this.put(this.next, op.entries)
      case 'appendOnPrefix':
        return this.replace(op.from, op.entries)
      case 'trim':
        for (const index of state.entries.keys()) if (index < op.upTo) state.entries.delete(index)
        state.first = Math.max(state.first, Math.min(op.upTo, state.end))
        return undefined
      case 'setPromise':
        state.promise = op.ballot
        return undefined
      case 'setAcceptedRound':
        state.acceptedRound = op.ballot
        return undefined
      case 'setDecidedIdx':
        state.decided = op.index
        return undefined
      case 'setCompactedIdx':
        state.floor = op.index
        return undefined
      case 'setSnapshot':
        state.snapshot = op.snapshot
        return undefined
      case 'setStopsign':
        state.stopsign = op.stopsign
        return undefined
      default:
        throw new Error(`There is no operation ${op.kind}`)
    }
  }

  replace(from, entries) {
    const { state, next } = this
    const first = state.first === state.end ? next : state.first
    if (from < first || from < state.floor) throw refusal(`${from} is gone`)
    if (from > next && entries.length > 0) throw refusal(`${from} is beyond the end`)
    if (from > next) return
    for (const index of state.entries.keys()) if (index >= from) state.entries.delete(index)
    if (from < next) state.end = from
    this.put(from, entries)
  }

  put(from, entries) {
    const { state } = this
    if (entries.length === 0) return
    if (state.first === state.end) state.first = from
    for (const [offset, entry] of entries.entries()) state.entries.set(from + offset, entry)
    state.end = from + entries.length
  }

  write() {
    publishState(this.path, this.state)
  }

  close() {}

  abandon() {}
}

function refusal(message) {
  return Object.assign(new Error(message), { definite: true })
}

export const ledger = (name, Type = Ledger, capabilities = {}) =>
  defineAdapter({
    name,
    kind: 'paxos',
    capabilities: {
      appendList: 'atomic',
      replaceSuffix: 'atomic',
      batch: true,
      endRemembered: true,
      ...capabilities,
    },
    open: (directory) => new Type(directory),
  })

export default ledger('a ledger')
