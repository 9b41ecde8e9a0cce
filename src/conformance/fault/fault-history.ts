/**
 * The oracle for a history in which something failed. What a failed call has done is not known at once, so that there are
 * several states that the store may be in: each later answer, and in the end what comes back, must be that of one of them.
 * Pure.
 */
import type { Finding } from '../finding.ts'
import type { IssuedCall } from '../kill/child-process.ts'
import { describeOutcome, type Outcome } from '../oracle.ts'
import type { WorkloadLine } from '../power-loss/event.ts'
import type { FaultModel, NamedOperation } from './fault-model.ts'

interface Candidate<S> {
  /** As callers see it. */
  readonly state: S
  /** As it may come back when the process ends now. */
  readonly legal: readonly S[]
}

type Threw = Extract<Outcome, { kind: 'threw' }>

/** How an operation that should have succeeded ended. */
export type FaultEnding =
  /** No call failed: the store did without what had failed, or tried again what may be tried again. */
  | 'absorbed'
  /** A call failed, and later ones did not. */
  | 'refused'
  /** From the failure on everything was refused. */
  | 'poisoned'

/** More states than that, and nothing is said of what comes later: each answer of the store has left everything open. */
const candidatesMax = 512

export class FaultHistory<S, O extends NamedOperation, R> {
  readonly #model: FaultModel<S, O, R>
  #candidates: readonly Candidate<S>[]
  #isPoisoned = false
  #isOpen = false
  /** Since the store was opened. */
  #hasFailed = false
  #failures = 0
  #hasServedAfterFailure = false
  /** The store has said so itself. */
  #ending: FaultEnding | undefined
  readonly #seen = new Set<string>()
  #issued: readonly IssuedCall<O>[] = []
  #findings: readonly Finding[] = []

  constructor(model: FaultModel<S, O, R>) {
    this.#model = model
    this.#candidates = [candidateOf(model.blank)]
  }

  /** Everything that the process announced, and how it ended. */
  get issued(): readonly IssuedCall<O>[] {
    return this.#issued
  }

  get ending(): FaultEnding {
    if (this.#failures === 0) return 'absorbed'
    return this.#ending ?? (this.#hasServedAfterFailure ? 'refused' : 'poisoned')
  }

  /** Takes one line of the process. */
  take(line: WorkloadLine<O>): void {
    if (line.kind === 'open-failed') this.#failOpening()
    if (line.kind === 'intent')
      this.#issued = [...this.#issued, { operation: line.operation, outcome: undefined }]
    const last = this.#issued.at(-1)
    if (line.kind !== 'ack' || last === undefined) return
    this.#issued = [...this.#issued.slice(0, -1), { ...last, outcome: line.outcome }]
    if (this.#findings.length > 0 || this.#isOpen) return
    if (line.outcome.kind === 'done') this.#done(last.operation, line.outcome)
    else this.#threw(last.operation, line.outcome)
    for (const { state } of this.#candidates)
      for (const label of this.#model.labelsOf(state)) this.#seen.add(label)
  }

  /** A judge of what comes back when the process ends now: later lines do not change it. */
  verdictNow(): (recovered: R) => readonly Finding[] {
    const legal = this.#distinct([...this.#candidates.flatMap((one) => one.legal), ...this.#inFlight()])
    const findings = this.#findings
    const isOpen = this.#isOpen
    const seen = new Set(this.#seen)
    const issued = new Set(this.#issued.flatMap(({ operation }) => this.#model.labelsIn(operation)))
    return (recovered) =>
      findings.length > 0 || isOpen ? findings : this.#model.judge(legal, recovered, { seen, issued })
  }

  /** What is wrong with the answers alone. */
  get findings(): readonly Finding[] {
    return this.#findings
  }

  /** The process has ended, whatever it was doing, and another one is to open what it left. */
  endProcess(): void {
    if (this.#findings.length > 0 || this.#isOpen) return
    const inFlight = this.#inFlight().map(candidateOf)
    this.#candidates = [...this.#candidates, ...inFlight]
    this.#reopen()
  }

  #failOpening(): void {
    this.#failures += 1
    this.#ending = 'refused'
  }

  #inFlight(): S[] {
    const last = this.#issued.at(-1)
    if (last === undefined || last.outcome !== undefined) return []
    return this.#candidates.flatMap(({ state }) => this.#started(state, last.operation))
  }

  #done(operation: O, outcome: Outcome): void {
    if (operation.kind === 'reopen' && this.#hasFailed) {
      this.#reopen()
      return
    }
    const isWrite = !this.#model.isRead(operation)
    if (this.#hasFailed && isWrite) this.#hasServedAfterFailure = true
    if (this.#isPoisoned && isWrite) this.#find(operation, 'has succeeded on a store that is poisoned')
    const matching = this.#candidates.flatMap((one) => this.#follow(one, operation, outcome))
    if (matching.length > 0) this.#become(matching)
    else this.#find(operation, `has ${describeOutcome(outcome)}; it should have ${this.#expected(operation)}`)
  }

  #expected(operation: O): string | undefined {
    const [first] = this.#candidates
    return first && describeOutcome(this.#model.apply(first.state, operation).outcome)
  }

  /** What the candidate becomes when the operation ended so; none when it cannot have. */
  #follow({ state, legal }: Candidate<S>, operation: O, outcome: Outcome): Candidate<S>[] {
    const { state: next, outcome: expected, isDurable, settle } = this.#model.apply(state, operation)
    if (describeOutcome(expected) !== describeOutcome(outcome)) return []
    const earlier = settle === undefined ? legal : legal.map(settle)
    return [{ state: next, legal: isDurable ? [next] : [...earlier, next] }]
  }

  #reopen(): void {
    const legal = this.#distinct(this.#candidates.flatMap((one) => one.legal))
    this.#candidates = this.#model.reopened(legal).map(candidateOf)
    this.#isPoisoned = false
    this.#hasFailed = false
  }

  #threw(operation: O, outcome: Threw): void {
    const refusing = this.#candidates.filter(({ state }) => {
      return describeOutcome(this.#model.apply(state, operation).outcome) === describeOutcome(outcome)
    })
    if (refusing.length > 0) {
      this.#candidates = refusing
      return
    }
    this.#failures += 1
    this.#hasFailed = true
    if (outcome.inDoubt === false) this.#ending ??= 'refused'
    if (outcome.inDoubt === true || this.#isNamed(outcome, 'PoisonedError')) {
      this.#isPoisoned = true
      this.#ending = 'poisoned'
    }
    if (this.#isNothingDone(outcome)) return
    this.#become(this.#candidates.flatMap((one) => this.#doubted(one, operation)))
  }

  /** It may have happened all the same: callers may see it or not, and either way it may come back, until a later write is acked. */
  #doubted({ state, legal }: Candidate<S>, operation: O): Candidate<S>[] {
    const started = this.#started(state, operation)
    return [
      { state, legal: [...legal, ...started] },
      ...started.map((next) => ({ state: next, legal: [...legal, next] })),
    ]
  }

  /** How far the operation may have come: none, when it has to be refused. */
  #started(state: S, operation: O): S[] {
    const { state: next, outcome } = this.#model.apply(state, operation)
    return outcome.kind === 'threw' ? [] : [...this.#model.halfway(state, operation), next]
  }

  #become(candidates: readonly Candidate<S>[]): void {
    const { textOf } = this.#model
    const byContent = new Map<string, Candidate<S>>()
    for (const one of candidates) {
      const legal = this.#distinct(one.legal)
      const content = [one.state, ...legal].map((state) => textOf(state)).join('\n')
      if (!byContent.has(content)) byContent.set(content, { ...one, legal })
    }
    this.#candidates = [...byContent.values()]
    this.#isOpen ||= this.#candidates.length > candidatesMax
  }

  #distinct(states: readonly S[]): S[] {
    return [...new Map(states.map((state) => [this.#model.textOf(state), state])).values()]
  }

  /** The store says so itself: nothing of the operation is there. */
  #isNothingDone(outcome: Threw): boolean {
    return outcome.inDoubt === false || this.#isNamed(outcome, 'PoisonedError', 'LogClosedError')
  }

  /** Only who promises types means by a name what Holdfast means. */
  #isNamed({ error }: Threw, ...names: readonly string[]): boolean {
    return this.#model.isTyped && names.includes(error)
  }

  #find({ kind }: O, what: string): void {
    this.#findings = [{ rule: 'outcome', text: `Operation ${this.#issued.length}, ${kind}, ${what}` }]
  }
}

function candidateOf<S>(state: S): Candidate<S> {
  return { state, legal: [state] }
}
