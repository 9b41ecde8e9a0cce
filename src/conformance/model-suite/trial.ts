/**
 * One history, done to new storage in this process. Every answer is compared with the model; where it is crashed it is given up
 * without `close`, opened again, and judged by the oracle that judges what a killed process leaves.
 */
import { messageOf } from '../../message-of.ts'
import type { LogAdapter } from '../adapter.ts'
import type { ContractParts } from '../contract/index.ts'
import type { Finding } from '../finding.ts'
import type { HistoryOperation } from '../history.ts'
import { labelsIn } from '../history-model.ts'
import { throwIfAdapters } from '../kill/cannot-run.ts'
import { describeView } from '../kill/explain.ts'
import { type KillStorage, perform, storageOn } from '../kill/perform.ts'
import { readRecovered } from '../kill/recovered.ts'
import { outcomeOfThrown } from '../kill/talk-to-parent.ts'
import { AdapterError } from '../kit/index.ts'
import { isDurableOnReturn, meaningOf } from '../leniency.ts'
import { LogModel, type ModelView } from '../model.ts'
import { compareOutcome, expectedOutcome, type IssuedOperation, judge, type Outcome } from '../oracle.ts'
import { inTrialDirectory } from '../trial-home.ts'
import { isPromised, type ModelStep } from './history.ts'
import { look } from './look.ts'

/** What a trial is made on. */
export interface ModelPlace {
  readonly adapter: LogAdapter
  readonly parts?: ContractParts | undefined
  /** Where each trial has a directory of its own, which is removed. Default: the system's temporary one. */
  readonly home?: string | undefined
}

export interface TriedStep {
  readonly step: ModelStep
  /** `undefined`: it is a crash. */
  readonly outcome: Outcome | undefined
  readonly isDurable: boolean
}

export interface ModelTrial {
  /** Empty: all is well. */
  readonly findings: readonly Finding[]
  readonly tried: readonly TriedStep[]
  /** How many of the steps were done, or left out because they are not promised there. */
  readonly stepCount: number
  /** What came back, or was there, when something was found. `undefined`: nothing that could be read. */
  readonly view: ModelView<string> | undefined
  /** What it should have been, as far as that is one thing. */
  readonly expected: ModelView<string>
}

export function runModelTrial(steps: readonly ModelStep[], place: ModelPlace): ModelTrial {
  return inTrialDirectory(place.home, 'holdfast-model-', (directory) =>
    new TrialRun(place, directory).run(steps),
  )
}

class TrialRun {
  readonly #place: ModelPlace
  readonly #directory: string
  readonly #findings: Finding[] = []
  readonly #tried: TriedStep[] = []
  /** Labels of all that was accepted. */
  readonly #accepted = new Set<string>()
  #storage: KillStorage | undefined
  /** What the storage shows. */
  #model = new LogModel<string>()
  /** What it came back as at the last crash, and what was done since. */
  #start = new LogModel<string>()
  #issued: IssuedOperation[] = []
  #view: ModelView<string> | undefined

  constructor(place: ModelPlace, directory: string) {
    this.#place = place
    this.#directory = directory
  }

  run(steps: readonly ModelStep[]): ModelTrial {
    let stepCount = 0
    try {
      const opened = this.#attempt(() => this.#open())
      if (opened.kind === 'threw') this.#find('unusable', `It cannot be opened: ${said(opened)}`)
      for (const step of steps) {
        if (this.#findings.length > 0) break
        stepCount += 1
        if (!isPromised(step, this.#model, this.#place.adapter.capabilities)) continue
        if (step.kind === 'crash') this.#crash()
        else this.#do(step)
      }
    } finally {
      this.#abandon()
    }
    const { view, expected } = { view: this.#view, expected: this.#model.view() }
    return { findings: this.#findings, tried: this.#tried, stepCount, view, expected }
  }

  #do(operation: HistoryOperation): void {
    const { capabilities } = this.#place.adapter
    const before = this.#model.clone()
    const isDurable = isDurableOnReturn(operation, capabilities)
    const expected = expectedOutcome(this.#model, operation, isDurable)
    const outcome = this.#attempt(() => this.#perform(operation))
    const position = this.#issued.push({ operation, outcome }) - 1
    this.#tried.push({ step: operation, outcome, isDurable: isDurable && outcome.kind === 'done' })
    const meaning =
      outcome.kind === 'threw' && expected.kind === 'done' ? meaningOf(outcome, capabilities) : 'wrong'
    if (meaning === 'unknown') {
      this.#crash()
      return
    }
    if (meaning === 'did-not-happen') this.#model.become(before)
    else this.#findings.push(...compareOutcome(position, operation, { expected, outcome, capabilities }))
    this.#look(operation)
    for (const label of outcome.kind === 'done' ? labelsIn(operation) : []) this.#accepted.add(label)
  }

  /** Also where a call did not end as it should: then what is there is told. */
  #look(operation: HistoryOperation): void {
    if (this.#storage === undefined) return
    const { capabilities, kind } = this.#place.adapter
    const storage = this.#storage
    const looked = this.#attemptTo(() =>
      look(storage, this.#model, {
        when: `After operation ${this.#tried.length}, ${operation.kind},`,
        known: { seen: this.#accepted, issued: new Set(labelsIn(operation)) },
        hasLimit: capabilities?.readLimit !== false && kind !== 'paxos',
      }),
    )
    this.#view = looked.value?.view
    if (this.#findings.length > 0) return
    if (looked.error !== undefined) {
      this.#find(
        'unusable',
        `After operation ${this.#tried.length} it cannot be read: ${messageOf(looked.error)}`,
      )
    } else if (looked.value?.finding !== undefined) this.#findings.push(looked.value.finding)
    else if (operation.kind === 'reopen') this.#audit(storage)
  }

  #audit(storage: KillStorage): void {
    const { value = [], error } = this.#attemptTo(() => storage.log.audit())
    if (error !== undefined) this.#find('unusable', `The audit fails: ${messageOf(error)}`)
    for (const finding of value)
      this.#find('audit', `The audit finds what the view does not show: ${JSON.stringify(finding)}`)
  }

  /** Given up as a kill would, opened again, and judged. */
  #crash(): void {
    this.#tried.push({ step: { kind: 'crash' }, outcome: undefined, isDurable: false })
    this.#abandon()
    const { adapter, parts } = this.#place
    const { value: recovered, error } = this.#attemptTo(() => readRecovered(adapter, this.#directory, parts))
    if (error !== undefined) {
      throwIfAdapters(error)
      this.#view = undefined
      this.#find('unusable', `It cannot be opened and read after the crash: ${messageOf(error)}`)
      return
    }
    this.#view = recovered?.view
    const { findings, survivor } = judge(this.#start, this.#issued, recovered, adapter.capabilities)
    this.#findings.push(...findings)
    this.#model.crash()
    if (survivor === undefined || findings.length > 0) return
    this.#model = survivor
    this.#start = survivor.clone()
    this.#issued = []
    const opened = this.#attempt(() => this.#open())
    if (opened.kind === 'threw')
      this.#find('unusable', `It was read after the crash, and cannot be opened: ${said(opened)}`)
  }

  #perform(operation: HistoryOperation): number | readonly string[] | undefined {
    const storage = this.#storage
    if (storage === undefined) throw new Error('Nothing is open')
    if (operation.kind !== 'reopen') return perform(storage, operation)
    this.#storage = undefined
    storage.close()
    return this.#open()
  }

  #open(): undefined {
    const { adapter, parts } = this.#place
    const log = adapter.open(this.#directory)
    try {
      this.#storage = storageOn(log, undefined, { ...adapter.parts, ...parts })
    } catch (error) {
      log.abandon()
      throw error
    }
    return undefined
  }

  #abandon(): void {
    const storage = this.#storage
    this.#storage = undefined
    try {
      storage?.log.abandon()
    } catch {
      // Whatever it says: nobody is there to be told.
    }
  }

  #attempt(body: () => number | readonly string[] | undefined): Outcome {
    try {
      return { kind: 'done', result: body() }
    } catch (error) {
      return outcomeOfThrown(error)
    }
  }

  #attemptTo<T>(body: () => T): { readonly value?: T; readonly error?: unknown } {
    try {
      return { value: body() }
    } catch (error) {
      if (error instanceof AdapterError) throwIfAdapters(error)
      return { error: error ?? new Error('nothing was thrown') }
    }
  }

  #find(rule: Finding['rule'], text: string): void {
    this.#findings.push({ rule, text })
  }
}

function said(outcome: Outcome & { readonly kind: 'threw' }): string {
  return outcome.message ? `${outcome.error}: ${outcome.message}` : outcome.error
}

/** What came back, or was there, one part a line. */
export function recoveredOf({ view }: ModelTrial): string[] {
  return view === undefined ? [] : describeView(view)
}
