/**
 * One history, done to new storage in this process. Every answer is compared with the model; where it is crashed it is given up
 * without `close`, opened again, and judged by the oracle that judges what a killed process leaves.
 */
import { messageOf } from '../../message-of.ts'
import type { Finding } from '../finding.ts'
import { throwIfAdapters } from '../kill/cannot-run.ts'
import type { IssuedCall } from '../kill/child-process.ts'
import { outcomeOfThrown } from '../kill/talk-to-parent.ts'
import { AdapterError, type Awaitable } from '../kit/index.ts'
import { meaningOf } from '../leniency.ts'
import { compareOutcome, type Outcome } from '../oracle.ts'
import { makeTrialDirectory } from '../trial-home.ts'
import type {
  EndedCall,
  JudgedCall,
  NamedStep,
  OpenSubject,
  ReopenStep,
  Shown,
  TrialSubject,
} from './subject.ts'
import type { CrashStep } from './themes.ts'

export interface TriedStep<S> {
  readonly step: S
  /** `undefined`: it is a crash. */
  readonly outcome: Outcome | undefined
  readonly isDurable: boolean
}

export interface ModelTrial<S> {
  /** Empty: all is well. */
  readonly findings: readonly Finding[]
  readonly tried: readonly TriedStep<S>[]
  /** How many of the steps were done, or left out because they are not promised there. */
  readonly stepCount: number
  /** What came back, or was there, when something was found. `undefined`: nothing that could be read. */
  readonly shown: Shown | undefined
  /** Labels of what should have been there, as far as that is one thing. */
  readonly expected: ReadonlySet<string>
}

type Step<C> = C | ReopenStep | CrashStep

type Answer = number | readonly string[] | undefined

export async function runModelTrial<C extends NamedStep, M>(
  subject: TrialSubject<C, M>,
  steps: readonly Step<C>[],
  home: string | undefined,
): Promise<ModelTrial<Step<C>>> {
  const { path, remove } = makeTrialDirectory(home, 'holdfast-model-')
  try {
    return await new TrialRun(subject, path).run(steps)
  } finally {
    remove()
  }
}

class TrialRun<C extends NamedStep, M> {
  readonly #subject: TrialSubject<C, M>
  readonly #directory: string
  readonly #findings: Finding[] = []
  readonly #tried: TriedStep<Step<C>>[] = []
  /** Labels of all that was accepted. */
  readonly #accepted = new Set<string>()
  #storage: OpenSubject<C, M> | undefined
  /** What the storage shows. */
  #model: M
  /** What it came back as at the last crash, and what was done since. */
  #start: M
  #issued: IssuedCall<C | ReopenStep>[] = []
  #shown: Shown | undefined

  constructor(subject: TrialSubject<C, M>, directory: string) {
    this.#subject = subject
    this.#directory = directory
    this.#model = subject.blank
    this.#start = subject.blank
  }

  async run(steps: readonly Step<C>[]): Promise<ModelTrial<Step<C>>> {
    let stepCount = 0
    try {
      const opened = await this.#attempt(() => this.#open())
      if (opened.kind === 'threw') this.#find('unusable', `It cannot be opened: ${said(opened)}`)
      for (const step of steps) {
        if (this.#findings.length > 0) break
        stepCount += 1
        if (!this.#subject.isPromised(step, this.#model)) continue
        if (isCrash(step)) await this.#crash()
        else await this.#do(step)
      }
    } finally {
      await this.#abandon()
    }
    const { shown, expected } = { shown: this.#shown, expected: this.#subject.labelsOf(this.#model) }
    return { findings: this.#findings, tried: this.#tried, stepCount, shown, expected }
  }

  async #do(step: C | ReopenStep): Promise<void> {
    const { capabilities } = this.#subject
    const before = this.#model
    const operation = this.#subject.fitted?.(step, before) ?? step
    const applied = this.#subject.apply(before, operation)
    const { outcome: expected } = applied
    this.#model = applied.model
    const outcome = await this.#attempt(() => this.#perform(operation))
    const position = this.#issued.push({ operation, outcome }) - 1
    const { findings, isDurable } = this.#judge(position, operation, { applied, outcome })
    this.#tried.push({ step: operation, outcome, isDurable })
    const meaning =
      outcome.kind === 'threw' && expected.kind === 'done' ? meaningOf(outcome, capabilities) : 'wrong'
    if (meaning === 'unknown') {
      await this.#crash()
      return
    }
    if (meaning === 'did-not-happen') this.#model = before
    else this.#findings.push(...findings)
    await this.#look(operation)
    const labels = outcome.kind === 'done' ? this.#subject.labelsIn(operation) : []
    for (const label of labels) this.#accepted.add(label)
  }

  #judge(position: number, operation: C | ReopenStep, ended: EndedCall<M>): JudgedCall {
    const { capabilities } = this.#subject
    const judged = this.#subject.ended?.(position, operation, ended)
    if (judged !== undefined) return judged
    const { applied, outcome } = ended
    return {
      findings: compareOutcome(position, operation, { expected: applied.outcome, outcome, capabilities }),
      isDurable: applied.isDurable && outcome.kind === 'done',
    }
  }

  /** Also where a call did not end as it should: then what is there is told. */
  async #look(operation: C | ReopenStep): Promise<void> {
    if (this.#storage === undefined) return
    const storage = this.#storage
    const when = `After operation ${this.#tried.length}, ${operation.kind},`
    const looked = await this.#attemptTo(() =>
      storage.look(this.#model, { when, operation, accepted: this.#accepted }),
    )
    this.#shown = looked.value?.shown
    if (this.#findings.length > 0) return
    if (looked.error !== undefined) {
      this.#find(
        'unusable',
        `After operation ${this.#tried.length} it cannot be read: ${messageOf(looked.error)}`,
      )
    } else if (looked.value?.finding !== undefined) this.#findings.push(looked.value.finding)
    else if (operation.kind === 'reopen') await this.#audit(storage)
  }

  async #audit(storage: OpenSubject<C, M>): Promise<void> {
    const { value = [], error } = await this.#attemptTo(() => storage.audit())
    if (error !== undefined) this.#find('unusable', `The audit fails: ${messageOf(error)}`)
    for (const text of value) this.#find('audit', `The audit finds what the view does not show: ${text}`)
  }

  /** Given up as a kill would, opened again, and judged. */
  async #crash(): Promise<void> {
    this.#tried.push({ step: { kind: 'crash' }, outcome: undefined, isDurable: false })
    await this.#abandon()
    const { value: remains, error } = await this.#attemptTo(() => this.#subject.read(this.#directory))
    if (remains === undefined) {
      throwIfAdapters(error)
      this.#shown = undefined
      this.#find('unusable', `It cannot be opened and read after the crash: ${messageOf(error)}`)
      return
    }
    this.#shown = remains.shown
    const { findings, survivor } = remains.judge(this.#start, this.#issued)
    this.#findings.push(...findings)
    this.#model = this.#subject.crashed(this.#model)
    if (survivor === undefined || findings.length > 0) return
    this.#model = survivor
    this.#start = survivor
    this.#issued = []
    const opened = await this.#attempt(() => this.#open())
    if (opened.kind === 'threw')
      this.#find('unusable', `It was read after the crash, and cannot be opened: ${said(opened)}`)
  }

  async #perform(operation: C | ReopenStep): Promise<Answer> {
    const storage = this.#storage
    if (storage === undefined) throw new Error('Nothing is open')
    if (!isReopen(operation)) return await storage.perform(operation)
    this.#storage = undefined
    await storage.close()
    return await this.#open()
  }

  async #open(): Promise<undefined> {
    this.#storage = await this.#subject.open(this.#directory)
    return undefined
  }

  async #abandon(): Promise<void> {
    const storage = this.#storage
    this.#storage = undefined
    try {
      await storage?.abandon()
    } catch {
      // Whatever it says: nobody is there to be told.
    }
  }

  async #attempt(body: () => Promise<Answer>): Promise<Outcome> {
    try {
      return { kind: 'done', result: await body() }
    } catch (error) {
      return outcomeOfThrown(error)
    }
  }

  async #attemptTo<T>(body: () => Awaitable<T>): Promise<{ readonly value?: T; readonly error?: unknown }> {
    try {
      return { value: await body() }
    } catch (error) {
      if (error instanceof AdapterError) throwIfAdapters(error)
      return { error: error ?? new Error('nothing was thrown') }
    }
  }

  #find(rule: Finding['rule'], text: string): void {
    this.#findings.push({ rule, text })
  }
}

function isCrash(step: NamedStep): step is CrashStep {
  return step.kind === 'crash'
}

function isReopen(step: NamedStep): step is ReopenStep {
  return step.kind === 'reopen'
}

function said(outcome: Outcome & { readonly kind: 'threw' }): string {
  return outcome.message ? `${outcome.error}: ${outcome.message}` : outcome.error
}
