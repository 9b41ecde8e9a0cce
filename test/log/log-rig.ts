/**
 * Runs a history against a store and the reference model side by side: after each step both must say the same, and the audit
 * must find nothing. Whatever a caller can do to bytes it gave or got, the rig does.
 */
import assert from 'node:assert/strict'
import type { FailpointRegistry } from '../../failpoints/index.ts'
import { LogModel, type ModelOp } from '../../src/conformance/model.ts'
import {
  CorruptionError,
  InvalidArgumentError,
  LogClosedError,
  PoisonedError,
  WriteFailedError,
} from '../../src/errors.ts'
import type { DeferrableOp, LogOp, LogStore } from '../../src/log/index.ts'
import { thrownBy } from '../thrown-by.ts'
import { copyOf, type ErrorClass, isSameDurably, refusalOf, scribble } from './expectations.ts'
import { callBadly, everyCall } from './log-calls.ts'
import type { Fault, FaultedWrite, LogStep } from './log-steps.ts'
import { checkView, digest } from './log-view.ts'

// biome-ignore lint/suspicious/noExplicitAny: what is given may be anything; that is the test.
type Anything = any

export interface LogRigOptions {
  /** Opens the log; the next open finds what the last one left. */
  readonly open: () => LogStore
  readonly failpoints: FailpointRegistry
}

export class LogRig {
  readonly #options: LogRigOptions
  #model = new LogModel<Uint8Array>()
  #log: LogStore
  #isPoisoned = false

  constructor(options: LogRigOptions) {
    this.#options = options
    this.#log = options.open()
  }

  get log(): LogStore {
    return this.#log
  }

  /** Does one step and compares. An error names the step. */
  run(step: LogStep, position: number): void {
    try {
      if (this.#isPoisoned && step.kind !== 'reopen') this.#checkRefuses(PoisonedError)
      else this.#do(step)
      this.check()
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error)
      throw new Error(`Step ${position} (${step.kind}): ${said}`, { cause: error })
    }
  }

  check(): void {
    if (this.#isPoisoned) assert.equal(this.#log.stats().isPoisoned, true, 'stats() of a poisoned log')
    else checkView(this.#log, this.#model)
  }

  /** Reopening twice changes nothing, and one more append lands at `nextIndex` and reads back. */
  finish(): void {
    this.#reopen('close')
    this.check()
    this.#reopen('close')
    this.check()
    const at = this.#log.nextIndex
    this.#commit([{ kind: 'append', entries: [Uint8Array.of(7, 7, 7)] }])
    assert.equal(digest(this.#log.get(at)), '070707', 'the last append reads back')
    assert.equal(this.#log.nextIndex, at + 1, 'the last append moves nextIndex')
    this.#log.reclaim()
    assert.equal(this.#log.stats().reclaimableEntries, 0, 'reclaim() leaves nothing to reclaim')
    this.check()
  }

  /** Gives up the log without a look at it: for cleaning up after a failure. */
  dispose(): void {
    this.#options.failpoints.disarmAll()
    this.#log.abandon()
  }

  #do(step: LogStep): void {
    switch (step.kind) {
      case 'commit':
        this.#commit(step.ops)
        return
      case 'defer':
        this.#defer(step.ops)
        return
      case 'refused':
        this.#throws(InvalidArgumentError, () => this.#log[step.verb](step.ops as Anything))
        return
      case 'flush':
        this.#log.flush()
        this.#model.flush()
        return
      case 'reclaim':
        this.#reclaim(step.maxEntries)
        return
      case 'get':
        this.#sameBytes(this.#log.get(step.index as number), this.#model.get(step.index as number))
        return
      case 'read':
        this.#read(step.from as number, step.to as number, step.maxBytes as number | undefined)
        return
      case 'badCall':
        this.#throws(InvalidArgumentError, () => callBadly(this.#log, step.call, step.argument))
        return
      case 'walk':
        this.#walk(step)
        return
      case 'readFault':
        this.#armed('log.read', 'return', () =>
          this.#throws(CorruptionError, () => this.#log.getMeta(step.key)),
        )
        return
      case 'lostDefer':
        this.#armed('log.defer', step.action, () => {
          const error = this.#throws(WriteFailedError, () => this.#log.defer(step.ops))
          assert.equal(error.inDoubt, false, 'a lost deferred write is not in doubt')
        })
        return
      case 'fault':
        this.#fault(step.fault, step.write)
        return
      case 'reopen':
        this.#reopen(step.how, step.openFails)
        return
      default:
        step satisfies never
    }
  }

  #commit(ops: readonly LogOp[]): void {
    const given = copyOf(ops)
    const refusal = refusalOf(this.#model, ops)
    if (refusal) this.#throws(refusal, () => this.#log.commit(given))
    else {
      this.#log.commit(given)
      this.#model.commit(ops as readonly ModelOp<Uint8Array>[])
    }
    scribble(given)
  }

  #defer(ops: readonly DeferrableOp[]): void {
    const given = copyOf(ops)
    this.#log.defer(given)
    this.#model.defer(ops)
    scribble(given)
  }

  #reclaim(maxEntries: number | undefined): void {
    const before = this.#log.stats().reclaimableEntries
    const removed = this.#log.reclaim(maxEntries)
    assert.equal(
      removed,
      Math.min(before, maxEntries ?? Number.POSITIVE_INFINITY),
      'reclaim() says what it removed',
    )
    assert.equal(this.#log.stats().reclaimableEntries, before - removed, 'reclaim() gives back as many')
    // It writes by one commit, and what waits rides with it; when there is nothing to remove, it writes nothing.
    if (removed > 0) this.#model.flush()
  }

  #read(from: number, to: number, maxBytes: number | undefined): void {
    const whole = this.#model.read(from, to)
    let bytes = 0
    const fits = whole.findIndex((value, position) => {
      bytes += value.length
      return position > 0 && bytes > (maxBytes ?? Number.POSITIVE_INFINITY)
    })
    const values = this.#log.read(from, to, { maxBytes })
    const expected = fits === -1 ? whole : whole.slice(0, fits)
    assert.deepStrictEqual(values.map(digest), expected.map(digest), `read(${from}, ${to})`)
    for (const value of values) value.fill(0xee)
  }

  /** Walks the entries and writes on the way: the walk sees it. */
  #walk(step: { from: number; to: number; before: number; ops: readonly LogOp[] }): void {
    const walk = this.#log.entries(step.from, step.to)
    let at = step.from
    for (let taken = 0; ; taken++) {
      if (taken === step.before) this.#commit(step.ops)
      const expected = this.#model.view().entries.find(([index]) => index >= at && index < step.to)
      const { value, done } = walk.next()
      const actual = done ? undefined : `${value.index}: ${digest(value.value)}`
      assert.equal(actual, expected && `${expected[0]}: ${digest(expected[1])}`, 'a walk')
      // A walk that is done stays done, though entries follow.
      if (expected === undefined) {
        if (taken < step.before) this.#commit(step.ops)
        assert.equal(walk.next().done, true, 'a walk that is done')
        return
      }
      at = expected[0] + 1
    }
  }

  #fault(fault: Fault, write: FaultedWrite): void {
    if (write.kind === 'commit') {
      const refusal = refusalOf(this.#model, write.ops)
      // What is refused never comes to the medium.
      if (refusal) {
        this.#commit(write.ops)
        return
      }
    }
    const after = this.#model.clone()
    after.commit(write.kind === 'commit' ? (write.ops as readonly ModelOp<Uint8Array>[]) : [])
    const mustWrite =
      write.kind === 'reclaim' ? this.#log.stats().reclaimableEntries > 0 : !isSameDurably(this.#model, after)
    const armed = this.#options.failpoints.arm(fault.site, `1*${fault.action}`)
    const error = thrownBy(() => this.#write(write))
    armed.disarm()
    if (armed.hits === 0) {
      // Nothing was owed to the medium. (What is deferred may cancel out; then flushing it is done without a write.)
      assert.equal(error, undefined, `no fault was met, and yet: ${error}`)
      assert.equal(mustWrite, false, `${fault.site} is hit by a write that changes something`)
      if (write.kind !== 'reclaim') this.#model = after
    } else {
      this.#checkFailure(error, fault)
      if (fault.outcome === 'poisonedButDurable') this.#model = after
      this.#isPoisoned = fault.outcome !== 'refused'
    }
    if (write.kind === 'close') {
      this.#isPoisoned = false
      this.#checkRefuses(LogClosedError)
      this.#model.crash()
      this.#log = this.#options.open()
    }
  }

  #write(write: FaultedWrite): void {
    if (write.kind === 'commit') this.#log.commit(write.ops)
    else this.#log[write.kind]()
  }

  #checkFailure(error: unknown, fault: Fault): void {
    assert.ok(error instanceof WriteFailedError, `a write that fails at ${fault.site} ends in ${error}`)
    assert.equal(error.inDoubt, fault.outcome !== 'refused', `${fault.action} at ${fault.site}: in doubt`)
    assert.equal(error.reason, fault.reason, `${fault.action} at ${fault.site}: reason`)
  }

  #reopen(how: 'close' | 'abandon', openFails = false): void {
    this.#log[how]()
    if (how === 'close' && !this.#isPoisoned) this.#model.flush()
    else this.#model.crash()
    this.#isPoisoned = false
    this.#checkRefuses(LogClosedError)
    this.#log.close()
    this.#log.abandon()
    if (openFails) this.#armed('log.open', 'return', () => this.#throws(WriteFailedError, this.#options.open))
    this.#log = this.#options.open()
  }

  #checkRefuses(expected: ErrorClass): void {
    for (const call of everyCall(this.#log)) this.#throws(expected, call)
  }

  #armed(site: string, action: string, body: () => void): void {
    using armed = this.#options.failpoints.arm(site, `1*${action}`)
    body()
    assert.equal(armed.hits, 1, `hits of ${site}`)
  }

  #throws<E extends Error>(expected: ErrorClass<E>, body: () => unknown): E {
    const error = thrownBy(body)
    assert.ok(error instanceof expected, `${expected.name} expected from ${body}, got: ${error}`)
    return error
  }

  #sameBytes(actual: Uint8Array | undefined, expected: Uint8Array | undefined): void {
    assert.equal(digest(actual), digest(expected))
    actual?.fill(0xee)
  }
}
