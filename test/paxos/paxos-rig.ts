/** Runs a history against Paxos storage and the reference model side by side. */
import assert from 'node:assert/strict'
import type { FailpointRegistry } from '../../failpoints/index.ts'
import { LogModel, type ModelDeferrableOp, ModelRefusal } from '../../src/conformance/model.ts'
import {
  CompactedError,
  CorruptionError,
  InvalidArgumentError,
  LogClosedError,
  LogGapError,
  PoisonedError,
  WriteFailedError,
} from '../../src/errors.ts'
import type { LogStore } from '../../src/log/index.ts'
import { PaxosStorage } from '../../src/paxos/index.ts'
import { thrownBy } from '../thrown-by.ts'
import { type Boxed, callOne, modelOp, siteOf } from './paxos-operations.ts'
import type { PaxosFault, PaxosHistory, PaxosStep, PaxosWrite } from './paxos-steps.ts'

const deferredKinds: readonly string[] = ['setDecidedIdx', 'setCompactedIdx', 'trim', 'setSnapshot']
export interface PaxosRigOptions extends Pick<PaxosHistory, 'commit'> {
  readonly openLog: () => LogStore
  readonly failpoints: FailpointRegistry
}

export class PaxosRig {
  readonly #options: PaxosRigOptions
  #model = new LogModel<Boxed>()
  #storage: PaxosStorage<unknown>
  #isPoisoned = false

  constructor(options: PaxosRigOptions) {
    this.#options = options
    this.#storage = this.#open()
  }

  run(step: PaxosStep, position: number): void {
    try {
      if (this.#isPoisoned && step.kind !== 'reopen') this.#checkRefuses(PoisonedError)
      else this.#do(step)
      if (!this.#isPoisoned) this.#check()
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error)
      throw new Error(`Step ${position} (${step.kind}): ${said}`, { cause: error })
    }
  }

  finish(): void {
    for (let count = 0; count < 2; count++) {
      this.#reopen('close')
      this.#check()
    }
    const length = this.#storage.getLogLen()
    const at = this.#storage.getCompactedIdx() + length
    assert.equal(this.#storage.appendEntry('one more'), length + 1)
    assert.deepStrictEqual(this.#storage.getSuffix(at), ['one more'])
  }

  dispose(): void {
    this.#options.failpoints.disarmAll()
    this.#storage.log.abandon()
  }

  #open(): PaxosStorage<unknown> {
    const { openLog, failpoints, commit } = this.#options
    return new PaxosStorage<unknown>(openLog(), { failpoints, commit })
  }

  #do(step: PaxosStep): void {
    switch (step.kind) {
      case 'write':
        this.#write(step.write)
        return
      case 'refused':
        this.#refused(step.write)
        return
      case 'lost':
        this.#lost(step.at, step.action, step.write)
        return
      case 'fault':
        this.#fault(step.fault, step.write)
        return
      case 'readFault':
        this.#readFault()
        return
      case 'getEntries':
        assert.deepStrictEqual(
          this.#storage.getEntries(step.from, step.to),
          this.#model.read(step.from, step.to).map(({ value }) => value),
          `getEntries(${step.from}, ${step.to})`,
        )
        return
      case 'getSuffix':
        assert.deepStrictEqual(this.#storage.getSuffix(step.from), this.#suffix(step.from))
        return
      case 'flush':
        this.#storage.flush()
        this.#model.flush()
        return
      case 'reopen':
        this.#reopen(step.how)
        return
      default:
        step satisfies never
    }
  }

  #write(write: PaxosWrite): void {
    const after = this.#model.clone()
    const refusal = this.#applyTo(after, write)
    if (refusal) this.#throws(refusal, () => this.#call(write))
    else {
      this.#call(write)
      this.#model = after
    }
  }

  #refused({ kind, given }: { kind: 'one' | 'atomic'; given: unknown }): void {
    // biome-ignore lint/suspicious/noExplicitAny: it is of no type that the storage takes.
    const wrong = given as any
    this.#throws(InvalidArgumentError, () =>
      this.#call(kind === 'one' ? { kind, op: wrong } : { kind, ops: wrong }),
    )
  }

  #lost(at: 'operation' | 'deferred', action: string, write: PaxosWrite): void {
    const isHit = at === 'operation' || this.#isDeferred(write)
    const site = at === 'deferred' ? 'paxos.deferred_write' : siteOf(write)
    const armed = this.#options.failpoints.arm(site, `1*${action}`)
    if (isHit) {
      const error = this.#throws(WriteFailedError, () => this.#call(write))
      assert.equal(error.inDoubt, false, `${site} comes before the medium`)
    } else this.#write(write)
    armed.disarm()
    assert.equal(armed.hits, isHit ? 1 : 0, `hits of ${site}`)
  }

  #fault(fault: PaxosFault, write: PaxosWrite): void {
    const after = this.#model.clone()
    if (this.#applyTo(after, write)) {
      this.#write(write)
      return
    }
    const armed = this.#options.failpoints.arm(fault.site, `1*${fault.action}`)
    const error = thrownBy(() => this.#call(write))
    armed.disarm()
    if (armed.hits === 0) assert.equal(error, undefined, `no fault was met, and yet: ${error}`)
    else {
      assert.ok(error instanceof WriteFailedError, `a write that fails at ${fault.site} ends in ${error}`)
      assert.equal(error.inDoubt, fault.poisons, `${fault.action} at ${fault.site}: in doubt`)
      this.#isPoisoned = fault.poisons
    }
    assert.equal(
      armed.hits > 0 && fault.site === 'log.defer' && !this.#isDeferred(write),
      false,
      'a commit defers',
    )
    if (armed.hits === 0 || fault.isThere) this.#model = after
  }

  #readFault(): void {
    const reads: readonly (() => unknown)[] = [
      () => this.#storage.getPromise(),
      () => this.#storage.getAcceptedRound(),
      () => this.#storage.getDecidedIdx(),
      () => this.#storage.getSnapshot(),
      () => this.#storage.getStopsign(),
      () => this.#storage.getEntries(0, 1),
      () => this.#storage.getSuffix(0),
    ]
    for (const read of reads) {
      using _armed = this.#options.failpoints.arm('paxos.read', '1*return')
      this.#throws(CorruptionError, read)
    }
  }

  #reopen(how: 'close' | 'abandon'): void {
    if (how === 'close') this.#storage.close()
    else this.#storage.log.abandon()
    if (how === 'close' && !this.#isPoisoned) this.#model.flush()
    else this.#model.crash()
    this.#isPoisoned = false
    this.#checkRefuses(LogClosedError)
    this.#storage.close()
    this.#storage = this.#open()
  }

  #checkRefuses(expected: ErrorClass): void {
    const storage = this.#storage
    const calls: readonly (() => unknown)[] = [
      () => storage.appendEntry(1),
      () => storage.appendOnPrefix(100, [1]),
      () => storage.setPromise({ configId: 0, n: 0, priority: 0, pid: 0 }),
      () => storage.setDecidedIdx(1),
      () => storage.trim(1),
      () => storage.setSnapshot(1),
      () => storage.setStopsign(undefined),
      () => storage.writeAtomically([]),
      () => storage.flush(),
      () => storage.getPromise(),
      () => storage.getDecidedIdx(),
      () => storage.getEntries(0, 1),
      () => storage.getSuffix(0),
      () => storage.getLogLen(),
      () => storage.getCompactedIdx(),
      () => storage.getSnapshot(),
    ]
    for (const call of calls) this.#throws(expected, call)
  }

  #check(): void {
    const { nextIndex, compactedIndex, entries, meta } = this.#model.view()
    const stored = new Map(meta.map(([key, { value }]) => [key, value]))
    const actual = {
      length: this.#storage.getLogLen(),
      compacted: this.#storage.getCompactedIdx(),
      entries: this.#storage.getSuffix(0),
      promise: this.#storage.getPromise(),
      accepted: this.#storage.getAcceptedRound(),
      decided: this.#storage.getDecidedIdx(),
      snapshot: this.#storage.getSnapshot(),
      stopsign: this.#storage.getStopsign(),
    }
    assert.deepStrictEqual(actual, {
      length: nextIndex - compactedIndex,
      compacted: compactedIndex,
      entries: entries.map(([, { value }]) => value),
      promise: stored.get('promise'),
      accepted: stored.get('accepted'),
      decided: stored.get('decided') ?? 0,
      snapshot: stored.get('snapshot'),
      stopsign: stored.get('stopsign'),
    })
    assert.deepStrictEqual(this.#storage.log.audit(), [], 'the audit finds nothing')
    assert.equal(this.#storage.log.stats().deferredOps, this.#model.deferredCount, 'deferred operations')
  }

  #suffix(from: number): unknown[] {
    return this.#model
      .view()
      .entries.filter(([index]) => index >= from)
      .map(([, { value }]) => value)
  }

  /** What `write` does to the model, or the error class by which it is refused. */
  #applyTo(model: LogModel<Boxed>, write: PaxosWrite): ErrorClass | undefined {
    const ops = (write.kind === 'one' ? [write.op] : write.ops).map(modelOp)
    try {
      if (this.#isDeferred(write)) model.defer(ops as ModelDeferrableOp<Boxed>[])
      else model.commit(ops)
      return undefined
    } catch (error) {
      if (!(error instanceof ModelRefusal)) throw error
      return error.why === 'gap' ? LogGapError : CompactedError
    }
  }

  #isDeferred(write: PaxosWrite): boolean {
    const raised: readonly string[] = this.#options.commit
    const kinds = write.kind === 'one' ? [write.op.kind] : write.ops.map(({ kind }) => kind)
    return kinds.every((kind) => deferredKinds.includes(kind) && !raised.includes(kind))
  }

  #call(write: PaxosWrite): void {
    if (write.kind === 'atomic') {
      this.#storage.writeAtomically(write.ops)
      return
    }
    const length = callOne(this.#storage, write.op)
    // Appends answer with the log's length.
    const isAppend = write.op.kind.startsWith('append')
    assert.equal(length, isAppend ? this.#storage.getLogLen() : undefined, `what ${write.op.kind} returns`)
  }

  #throws<E extends Error>(expected: ErrorClass<E>, body: () => unknown): E {
    const error = thrownBy(body)
    assert.ok(error instanceof expected, `${expected.name} expected, got: ${error}`)
    return error
  }
}

// biome-ignore lint/suspicious/noExplicitAny: any constructor of an error.
type ErrorClass<E extends Error = Error> = new (...args: any[]) => E
