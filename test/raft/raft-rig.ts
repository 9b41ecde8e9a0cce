/** Runs a history against Raft storage and the naive model side by side. */
import assert from 'node:assert/strict'
import type { FailpointRegistry } from '../../failpoints/index.ts'
import {
  CompactedError,
  HardStateRegressionError,
  InvalidArgumentError,
  LogClosedError,
  LogGapError,
  PoisonedError,
  UnavailableError,
  WriteFailedError,
} from '../../src/errors.ts'
import type { LogStore } from '../../src/log/index.ts'
import { HardStateStore, RaftLog } from '../../src/raft/index.ts'
import { thrownBy } from '../thrown-by.ts'
import { type Call, callOf, entryOf, type Resolved, resolve } from './raft-calls.ts'
import { type ModelRefusalKind, RaftModel, RaftModelRefusal } from './raft-model.ts'
import type { RaftFault, RaftStep, RaftWrite } from './raft-steps.ts'

// biome-ignore lint/suspicious/noExplicitAny: a class of errors is asked for, whatever its constructor takes.
type ErrorClass = abstract new (...parameters: any) => Error

const classes: Readonly<Record<ModelRefusalKind, ErrorClass>> = {
  gap: LogGapError,
  compacted: CompactedError,
  unavailable: UnavailableError,
  argument: InvalidArgumentError,
  regression: HardStateRegressionError,
}

export interface RaftRigOptions {
  readonly openLog: () => LogStore
  readonly failpoints: FailpointRegistry
}

export class RaftRig {
  readonly #options: RaftRigOptions
  #model = new RaftModel()
  #log: RaftLog
  #hardState: HardStateStore
  #isPoisoned = false
  /** Makes the data of entries differ. */
  #serial = 0

  constructor(options: RaftRigOptions) {
    this.#options = options
    this.#log = this.#open()
    this.#hardState = new HardStateStore(this.#log)
  }

  run(step: RaftStep, position: number): void {
    try {
      if (this.#isPoisoned && step.kind !== 'reopen') this.#checkRefuses(PoisonedError)
      else this.#do(step)
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error)
      throw new Error(`Step ${position} (${JSON.stringify(step)}): ${said}`, { cause: error })
    }
  }

  finish(): void {
    for (let count = 0; count < 2; count++) {
      this.#reopen('close')
      this.#check()
    }
    const { index, term } = this.#log.lastLogId
    this.#log.append([{ index: index + 1, term, kind: 'noop', data: new Uint8Array() }])
    assert.deepEqual(this.#log.lastLogId, { index: index + 1, term })
  }

  dispose(): void {
    this.#options.failpoints.disarmAll()
    this.#log.log.abandon()
  }

  #open(): RaftLog {
    const { openLog, failpoints } = this.#options
    return new RaftLog(openLog(), { failpoints })
  }

  #do(step: RaftStep): void {
    switch (step.kind) {
      case 'write':
        this.#write(this.#resolve(step.write))
        return
      case 'fault':
        this.#fault(step.fault, this.#resolve(step.write))
        return
      case 'term': {
        const index = Math.max(0, this.#model.lastIndex - step.back)
        this.#same(
          `term(${index})`,
          () => this.#log.term(index),
          () => this.#model.term(index),
        )
        return
      }
      case 'entries':
        this.#entries(this.#model.lastIndex - step.low, this.#model.lastIndex + 1 - step.high)
        return
      case 'look':
        this.#check()
        return
      case 'flush':
        this.#log.flush()
        this.#model.sync()
        return
      case 'reopen':
        this.#reopen(step.how)
        return
      default:
        step satisfies never
    }
  }

  #resolve(write: RaftWrite): Resolved {
    return resolve(write, this.#model, this.#serial++)
  }

  #entries(low: number, high: number): void {
    if (low < 1 || high < 1) {
      assert.ok(thrownBy(() => this.#log.entries(low, high)) instanceof InvalidArgumentError)
      return
    }
    const read = (): unknown => this.#log.entries(low, high).map(entryOf)
    this.#same(`entries(${low}, ${high})`, read, () => this.#model.entries(low, high))
  }

  /** Asserts that both return the same, or refuse it for the same reason. */
  #same(what: string, actual: () => unknown, expected: () => unknown): void {
    let value: unknown
    try {
      value = expected()
    } catch (error) {
      if (!(error instanceof RaftModelRefusal)) throw error
      this.#throws(classes[error.why], actual, what)
      return
    }
    assert.deepStrictEqual(actual(), value, what)
  }

  #write(write: Resolved): void {
    const { model, call } = this.#tried(write)
    if (model instanceof RaftModel) {
      call.perform()
      this.#model = model
    } else this.#throws(classes[model], call.perform, write.kind)
  }

  #fault(fault: RaftFault, write: Resolved): void {
    const { model, call } = this.#tried(write)
    if (!(model instanceof RaftModel)) {
      this.#throws(classes[model], call.perform, write.kind)
      return
    }
    const site = fault.site === 'operation' ? call.site : fault.site
    const armed = this.#options.failpoints.arm(site, `1*${fault.action}`)
    const error = thrownBy(call.perform)
    armed.disarm()
    if (armed.hits === 0) assert.equal(error, undefined, `no fault was met at ${site}, and yet: ${error}`)
    else {
      assert.ok(error instanceof WriteFailedError, `a write that fails at ${site} ends in ${error}`)
      assert.equal(error.inDoubt, fault.poisons, `${fault.action} at ${site}: in doubt`)
      this.#isPoisoned = fault.poisons
    }
    if (armed.hits === 0 || fault.isThere) this.#model = model
  }

  /** The call, and the model after it or why the model refuses it. */
  #tried(write: Resolved): { model: RaftModel | ModelRefusalKind; call: Call } {
    const model = this.#model.clone()
    const call = callOf(write, this.#log, this.#hardState)
    try {
      if (call.model(model) === 'commit') model.sync()
      return { model, call }
    } catch (error) {
      if (!(error instanceof RaftModelRefusal)) throw error
      return { model: error.why, call }
    }
  }

  #reopen(how: 'close' | 'abandon'): void {
    if (how === 'close') this.#log.close()
    else this.#log.log.abandon()
    if (how === 'close' && !this.#isPoisoned) this.#model.sync()
    else this.#model.crash()
    this.#isPoisoned = false
    this.#checkRefuses(LogClosedError)
    this.#log = this.#open()
    this.#hardState = new HardStateStore(this.#log)
  }

  #checkRefuses(expected: ErrorClass): void {
    const calls: readonly (() => unknown)[] = [
      () => this.#log.append([{ index: 1, term: 1, kind: 'noop', data: new Uint8Array() }]),
      () => this.#log.append([]),
      () => this.#log.purge({ index: 0, term: 0 }),
      () => this.#log.term(0),
      () => this.#log.entry(1),
      () => this.#log.lastLogId,
      () => this.#log.purgeBoundary,
      () => this.#hardState.save({ currentTerm: 1e6, votedFor: 1 }),
      () => this.#hardState.load(),
    ]
    for (const call of calls) this.#throws(expected, call, String(call))
  }

  #check(): void {
    const { boundary, entries, state } = this.#model.now
    const last = entries.at(-1) ?? boundary
    const saved = this.#hardState.load()
    const actual = {
      boundary: this.#log.purgeBoundary,
      first: this.#log.firstIndex,
      last: this.#log.lastLogId,
      lastIndex: this.#log.lastIndex,
      terms: entries.map(({ index }) => this.#log.term(index)),
      entries: this.#log.entries(this.#log.firstIndex, this.#log.lastIndex + 1).map(entryOf),
      state: saved && { commit: undefined, ...saved },
    }
    assert.deepStrictEqual(actual, {
      boundary,
      first: boundary.index + 1,
      last: { index: last.index, term: last.term },
      lastIndex: last.index,
      terms: entries.map(({ term }) => term),
      entries,
      state: state && { commit: state.commit, currentTerm: state.currentTerm, votedFor: state.votedFor },
    })
    assert.deepStrictEqual(this.#log.log.audit(), [], 'the audit finds nothing')
  }

  #throws(expected: ErrorClass, body: () => unknown, what: string): void {
    const error = thrownBy(body)
    assert.ok(error instanceof expected, `${what} ends in ${error}, and should in ${expected.name}`)
  }
}
