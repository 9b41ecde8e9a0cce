/**
 * One trial: a workload on new storage, with a fault at some hits, and what the storage was afterwards against everything that it
 * may be. It ends as a killed process does, whatever happened: what was acked has to be there, and what was refused not.
 */

import { FailpointRegistry, type FailpointReturn, type FailpointSite } from '../../../failpoints/index.ts'
import { logSites } from '../../log/index.ts'
import { messageOf } from '../../message-of.ts'
import type { LogAdapter } from '../adapter.ts'
import { type ContractParts, fullParts } from '../contract/index.ts'
import type { Finding } from '../finding.ts'
import { describeOutcome, type Outcome } from '../oracle.ts'
import { inTrialDirectory } from '../trial-home.ts'
import type { AnyEngine, Step, Subject } from './engine.ts'
import type { Fault, SweepPoint } from './fault.ts'

/** What a trial is made on. */
export interface TrialPlace {
  readonly adapter: LogAdapter
  readonly parts?: ContractParts | undefined
  /** Where each trial has a directory of its own, which is removed. Default: the system's temporary one. */
  readonly home?: string | undefined
}

export interface TriedOperation {
  readonly operation: { readonly kind: string }
  /** `undefined`: it was in flight. */
  readonly outcome: Outcome | undefined
  readonly isDurable: boolean
  /** Faults that came while it ran. */
  readonly faults: readonly Fault[]
}

export interface Trial {
  /** Empty: all is well. */
  readonly findings: readonly Finding[]
  readonly tried: readonly TriedOperation[]
  /** The fault that ended it. */
  readonly crashedAt: Fault | undefined
  /** Faults that came. */
  readonly performed: readonly Fault[]
  /** Every hit of every site, oldest first. */
  readonly hits: readonly SweepPoint[]
  /** What came back, one part a line. */
  readonly recovered: readonly string[]
}

/** The process is gone. Whatever the storage does with this, nobody is there to be told. */
class Died extends Error {}

// biome-ignore lint/suspicious/noExplicitAny: the engine knows its states; here they are carried.
type State = any
type AnySubject = Subject<unknown, unknown>

export function runTrial(
  engine: AnyEngine,
  operations: readonly { readonly kind: string }[],
  faults: readonly Fault[],
  place: TrialPlace,
): Trial {
  return inTrialDirectory(place.home, 'holdfast-sweep-', (directory) =>
    new TrialRun(engine, faults, place, directory).run(operations),
  )
}

class TrialRun {
  readonly #engine: AnyEngine
  readonly #faults: readonly Fault[]
  readonly #place: TrialPlace
  readonly #directory: string
  readonly #failpoints = new FailpointRegistry({ seed: 0 })
  /** Of the sites, within the operation. */
  readonly #counts = new Map<string, number>()
  readonly #hits: SweepPoint[] = []
  readonly #performed: Fault[] = []
  readonly #findings: Finding[] = []
  readonly #tried: TriedOperation[] = []
  /** Hits count while the storage is called, and not while it is judged. */
  #isCalling = false
  #crashedAt: Fault | undefined
  #position = -1
  #subject: AnySubject | undefined
  #state: State
  /** What the storage may come back as, oldest first. */
  #legal: State[]
  readonly #seen: State[]

  constructor(engine: AnyEngine, faults: readonly Fault[], place: TrialPlace, directory: string) {
    this.#engine = engine
    this.#faults = faults
    this.#place = place
    this.#directory = directory
    this.#state = engine.blank
    this.#legal = [engine.blank]
    this.#seen = [engine.blank]
    const sites = [...logSites, ...engine.sites] as readonly FailpointSite[]
    this.#failpoints.declare(sites)
    for (const { name } of sites) this.#failpoints.arm(name, (site) => this.#hit(site))
  }

  run(operations: readonly { readonly kind: string }[]): Trial {
    try {
      this.#openFirst()
      for (const [position, operation] of operations.entries()) {
        if (this.#hasEnded) break
        this.#position = position
        this.#counts.clear()
        if (this.#engine.fits(this.#state, operation)) this.#do(operation)
      }
    } finally {
      this.#abandon()
    }
    const recovered = this.#findings.length > 0 ? this.#readAll() : this.#judge()
    return {
      findings: this.#findings,
      tried: this.#tried,
      crashedAt: this.#crashedAt,
      performed: this.#performed,
      hits: this.#hits,
      recovered,
    }
  }

  get #hasEnded(): boolean {
    return this.#subject === undefined || this.#crashedAt !== undefined || this.#findings.length > 0
  }

  #hit(site: string): FailpointReturn | undefined {
    if (!this.#isCalling || this.#crashedAt !== undefined) return undefined
    const position = this.#position
    const hit = (this.#counts.get(site) ?? 0) + 1
    this.#counts.set(site, hit)
    this.#hits.push({ position, site, hit })
    const fault = this.#faults.find(
      (one) => one.position === position && one.site === site && one.hit === hit,
    )
    if (fault === undefined) return undefined
    this.#performed.push(fault)
    if (fault.action !== 'crash') return { value: fault.action === 'fail-io' ? 'EIO' : undefined }
    this.#crashedAt = fault
    throw new Died()
  }

  #openFirst(): void {
    const outcome = this.#call(() => this.#open())
    if (this.#crashedAt !== undefined || outcome.kind === 'done') return
    this.#openAgain(outcome)
  }

  /** Opening failed as it was asked to. Once nobody asks for that any more, it must not. */
  #openAgain(outcome: Outcome): void {
    if (this.#performed.length === 0) {
      this.#find('unusable', `Opening it has ${sayOutcome(outcome)}`)
      return
    }
    for (;;) {
      const before = this.#performed.length
      const again = this.#call(() => this.#open())
      if (this.#crashedAt !== undefined || again.kind === 'done') return
      if (this.#performed.length > before) continue
      this.#find('unusable', `After an opening that failed, it cannot be opened: it has ${sayOutcome(again)}`)
      return
    }
  }

  #do(operation: { readonly kind: string }): void {
    const before = this.#performed.length
    const expected: Step<State> = this.#engine.step(this.#state, operation)
    const outcome = this.#call(() => this.#perform(operation))
    const isFaulted = this.#performed.length > before
    const isCrash = this.#crashedAt !== undefined
    this.#tried.push({
      operation,
      outcome: isCrash ? undefined : outcome,
      isDurable: expected.isDurable && isSame(outcome, expected.outcome),
      faults: this.#performed.slice(before),
    })
    if (isCrash) this.#legal.push(expected.state)
    else if (isFaulted) this.#afterFault(operation, expected, outcome)
    else this.#afterCall(operation, expected, outcome)
    if (!isCrash && this.#subject !== undefined) this.#compareLive(operation, isFaulted)
  }

  #afterCall(operation: { readonly kind: string }, expected: Step<State>, outcome: Outcome): void {
    if (isSame(outcome, expected.outcome)) {
      this.#adopt(expected)
      return
    }
    const should = describeOutcome(expected.outcome)
    this.#find(
      'outcome',
      `In ${this.#say(operation)} it has ${sayOutcome(outcome)}; it should have ${should}`,
    )
  }

  /** The call was made to fail. It has to say so; and it has happened not at all, unless the medium is in doubt. */
  #afterFault(operation: { readonly kind: string }, expected: Step<State>, outcome: Outcome): void {
    if (outcome.kind === 'done') {
      const [fault] = this.#performed.slice(-1)
      const text = `In ${this.#say(operation)} it has returned as if nothing were wrong, and ${fault?.site} had failed`
      this.#find('outcome', text)
      return
    }
    if (expected.outcome.kind === 'threw' && isSame(outcome, expected.outcome)) return
    if (operation.kind === 'reopen') {
      this.#afterFailedReopen(expected, outcome)
      return
    }
    if (!this.#isInDoubt()) return
    this.#legal.push(expected.state)
    this.#abandon()
  }

  /** What was deferred may be lost with the close that failed; the rest is there. */
  #afterFailedReopen(expected: Step<State>, outcome: Outcome): void {
    this.#legal.push(expected.state)
    if (this.#subject !== undefined) {
      this.#abandon()
      return
    }
    this.#openAgain(outcome)
    this.#abandon()
  }

  /** A storage in doubt answers no more, until it is opened again. */
  #isInDoubt(): boolean {
    const { error } = this.#attempt(() => this.#subject?.view())
    return error instanceof Error && error.name === 'PoisonedError'
  }

  #adopt({ state, isDurable }: Step<State>): void {
    this.#state = state
    this.#legal = isDurable ? [state] : [...this.#legal, state]
    this.#seen.push(state)
  }

  #compareLive(operation: { readonly kind: string }, isFaulted: boolean): void {
    if (this.#findings.length > 0) return
    const { value, error } = this.#attempt(() => this.#subject?.view())
    const after = `After ${this.#say(operation)}${isFaulted ? ', which failed,' : ''}`
    if (error !== undefined) {
      this.#find('unusable', `${after} it cannot be read: ${messageOf(error)}`)
      return
    }
    this.#compare(this.#state, value, after)
  }

  /** What came back, judged. */
  #judge(): string[] {
    const { value: view, error } = this.#attempt(() => this.#reopened())
    if (error !== undefined) {
      this.#find('unusable', `It cannot be opened and read again: ${messageOf(error)}`)
      return []
    }
    const said = JSON.stringify(view)
    const survivor = this.#legal.findLast((state) => JSON.stringify(this.#engine.viewOf(state)) === said)
    if (survivor === undefined) this.#findings.push(...this.#differences(this.#legal, view))
    this.#judgeAgain(survivor)
    this.#abandon()
    return this.#engine.describeView(view)
  }

  /**
   * It holds nothing that it does not show, it takes another write, and opened once more it is the same. The write comes first: what a
   * crash took may wait in some corner to be written with it.
   */
  #judgeAgain(survivor: State | undefined): void {
    const { error } = this.#attempt(() => {
      this.#audit()
      if (survivor === undefined || this.#findings.length > 0) return
      const probe = this.#engine.probe(survivor)
      const expected = this.#engine.step(survivor, probe).state
      this.#subject?.perform(probe)
      this.#compare(expected, this.#subject?.view(), `After one more write, ${this.#engine.describe(probe)},`)
      this.#subject?.log.close()
      this.#compare(expected, this.#reopened(), 'Closed and opened once more')
      this.#audit()
    })
    if (error !== undefined) this.#find('unusable', `It takes no more calls: ${messageOf(error)}`)
  }

  /** `when` is the beginning of a sentence. */
  #compare(expected: State, found: unknown, when: string): void {
    if (this.#findings.length > 0) return
    if (JSON.stringify(found) === JSON.stringify(this.#engine.viewOf(expected))) return
    const [first] = this.#differences([expected], found)
    this.#find(
      first?.rule ?? 'outcome',
      `${when} it shows something else: ${first?.text ?? 'the views differ'}`,
    )
  }

  #audit(): void {
    for (const finding of this.#subject?.log.audit() ?? []) {
      this.#find('audit', `The audit finds what the view does not show: ${JSON.stringify(finding)}`)
    }
  }

  #readAll(): string[] {
    const { value, error } = this.#attempt(() => this.#reopened())
    this.#abandon()
    return error === undefined ? this.#engine.describeView(value) : []
  }

  #reopened(): unknown {
    this.#open()
    return this.#subject?.view()
  }

  #differences(legal: readonly State[], found: unknown): Finding[] {
    const operations = this.#tried
      .filter(({ outcome }) => outcome?.kind !== 'threw' || this.#performed.length > 0)
      .map(({ operation }) => operation)
    return this.#engine.differences({ legal, seen: this.#seen, operations }, found)
  }

  #open(): undefined {
    const { adapter, parts = {} } = this.#place
    const log = adapter.open(this.#directory, { failpoints: this.#failpoints })
    try {
      this.#subject = this.#engine.open(log, this.#failpoints, fullParts(parts))
    } catch (error) {
      log.abandon()
      throw error
    }
    return undefined
  }

  #perform(operation: { readonly kind: string }): number | readonly string[] | undefined {
    if (operation.kind !== 'reopen') return this.#subject?.perform(operation)
    this.#subject?.log.close()
    this.#subject = undefined
    return this.#open()
  }

  #abandon(): void {
    const subject = this.#subject
    this.#subject = undefined
    this.#attempt(() => subject?.log.abandon())
  }

  #call(body: () => number | readonly string[] | undefined): Outcome {
    this.#isCalling = true
    const { value, error } = this.#attempt(body)
    this.#isCalling = false
    if (error === undefined) return { kind: 'done', result: value }
    return { kind: 'threw', error: nameOf(error), message: messageOf(error) }
  }

  #attempt<T>(body: () => T): { readonly value?: T; readonly error?: unknown } {
    try {
      return { value: body() }
    } catch (error) {
      return { error: error ?? new Error('nothing was thrown') }
    }
  }

  #find(rule: Finding['rule'], text: string): void {
    this.#findings.push({ rule, text })
  }

  #say(operation: { readonly kind: string }): string {
    return `operation ${this.#position + 1} (${operation.kind})`
  }
}

function isSame(a: Outcome, b: Outcome): boolean {
  return describeOutcome(a) === describeOutcome(b)
}

function sayOutcome(outcome: Outcome): string {
  const said = outcome.kind === 'threw' && outcome.message ? ` (${outcome.message})` : ''
  return `${describeOutcome(outcome)}${said}`
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error)
}
