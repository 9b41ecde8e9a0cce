/**
 * The oracle for a history in which something failed. What a failed call has done is not known at once, so that there are
 * several states that the store may be in: each later answer, and in the end what comes back, must be that of one of them.
 * Pure.
 */
import { differences } from '../differences.ts'
import type { Finding } from '../finding.ts'
import type { HistoryOperation } from '../history.ts'
import { applyToModel, labelsIn } from '../history-model.ts'
import type { FullCapabilities } from '../kit/capabilities.ts'
import { isDurableOnReturn, partialStates } from '../leniency.ts'
import { LogModel, ModelRefusal } from '../model.ts'
import {
  describeOutcome,
  expectedOutcome,
  type IssuedOperation,
  isSameView,
  judge,
  type Outcome,
  type Recovered,
} from '../oracle.ts'
import type { WorkloadLine } from '../power-loss/event.ts'

interface Candidate {
  /** As callers see it. */
  readonly model: LogModel<string>
  /** As it may come back when the process ends now. */
  readonly legal: readonly LogModel<string>[]
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

export class FaultHistory {
  readonly #capabilities: FullCapabilities | undefined
  #candidates: readonly Candidate[] = [candidateOf(new LogModel())]
  #isPoisoned = false
  #isOpen = false
  /** Since the store was opened. */
  #hasFailed = false
  #failures = 0
  #hasServedAfterFailure = false
  /** The store has said so itself. */
  #ending: FaultEnding | undefined
  readonly #seen = new Set<string>()
  #issued: readonly IssuedOperation[] = []
  #findings: readonly Finding[] = []

  /** `capabilities` are those of a store that promises less than everything. */
  constructor(capabilities?: FullCapabilities) {
    this.#capabilities = capabilities
  }

  /** Everything that the process announced, and how it ended. */
  get issued(): readonly IssuedOperation[] {
    return this.#issued
  }

  get ending(): FaultEnding {
    if (this.#failures === 0) return 'absorbed'
    return this.#ending ?? (this.#hasServedAfterFailure ? 'refused' : 'poisoned')
  }

  /** Takes one line of the process. */
  take(line: WorkloadLine): void {
    if (line.kind === 'open-failed') this.#failOpening()
    if (line.kind === 'intent')
      this.#issued = [...this.#issued, { operation: line.operation, outcome: undefined }]
    const last = this.#issued.at(-1)
    if (line.kind !== 'ack' || last === undefined) return
    this.#issued = [...this.#issued.slice(0, -1), { ...last, outcome: line.outcome }]
    if (this.#findings.length > 0 || this.#isOpen) return
    if (line.outcome.kind === 'done') this.#done(last.operation, line.outcome)
    else this.#threw(last.operation, line.outcome)
    for (const { model } of this.#candidates)
      for (const [, value] of [...model.view().entries, ...model.view().meta]) this.#seen.add(value)
  }

  /** A judge of what comes back when the process ends now: later lines do not change it. */
  verdictNow(): (recovered: Recovered) => readonly Finding[] {
    const legal = distinct([...this.#candidates.flatMap((one) => one.legal), ...this.#inFlight()])
    const findings = this.#findings
    const isOpen = this.#isOpen
    const seen = new Set(this.#seen)
    const issued = new Set(this.#issued.flatMap(({ operation }) => labelsIn(operation)))
    return (recovered) => {
      if (findings.length > 0 || isOpen) return findings
      const survivor = legal.find((model) => isSameView(model.view(), recovered.view))
      if (survivor !== undefined) return judge(survivor, [], recovered, this.#capabilities).findings
      const views = legal.map((model) => model.view())
      return differences(views, recovered.view, { seen, issued })
    }
  }

  /** What is wrong with the answers alone. */
  get findings(): readonly Finding[] {
    return this.#findings
  }

  #failOpening(): void {
    this.#failures += 1
    this.#ending = 'refused'
  }

  #inFlight(): LogModel<string>[] {
    const last = this.#issued.at(-1)
    if (last === undefined || last.outcome !== undefined) return []
    return this.#candidates.flatMap(({ model }) => started(model, last.operation, this.#capabilities))
  }

  #done(operation: HistoryOperation, outcome: Outcome): void {
    if (operation.kind === 'reopen' && this.#hasFailed) {
      this.#reopen()
      return
    }
    const isWrite = operation.kind !== 'getEntries'
    if (this.#hasFailed && isWrite) this.#hasServedAfterFailure = true
    if (this.#isPoisoned && isWrite) this.#find(operation, 'has succeeded on a store that is poisoned')
    const [first] = this.#candidates
    const matching = this.#candidates.flatMap((one) =>
      follow(one, { operation, outcome }, this.#capabilities),
    )
    if (matching.length > 0) this.#become(matching)
    else {
      const expected = first && describeOutcome(expectedOutcome(first.model.clone(), operation))
      this.#find(operation, `has ${describeOutcome(outcome)}; it should have ${expected}`)
    }
  }

  /** The process has ended, whatever it was doing, and another one is to open what it left. */
  endProcess(): void {
    if (this.#findings.length > 0 || this.#isOpen) return
    const inFlight = this.#inFlight().map(candidateOf)
    this.#candidates = [...this.#candidates, ...inFlight]
    this.#reopen()
  }

  /** What failed was closed: from here on it is what the medium holds. */
  #reopen(): void {
    this.#candidates = distinct(this.#candidates.flatMap(({ legal }) => legal)).map((model) => {
      const survivor = model.clone()
      survivor.flush()
      return candidateOf(survivor)
    })
    this.#isPoisoned = false
    this.#hasFailed = false
  }

  #threw(operation: HistoryOperation, outcome: Threw): void {
    const refusing = this.#candidates.filter(({ model }) => {
      return describeOutcome(expectedOutcome(model.clone(), operation)) === describeOutcome(outcome)
    })
    if (refusing.length > 0) {
      this.#candidates = refusing
      return
    }
    this.#failures += 1
    this.#hasFailed = true
    if (outcome.inDoubt === false) this.#ending ??= 'refused'
    if (outcome.inDoubt === true || this.#isTyped(outcome, 'PoisonedError')) {
      this.#isPoisoned = true
      this.#ending = 'poisoned'
    }
    if (this.#isNothingDone(outcome)) return
    const doubted = this.#candidates.flatMap((one) => [one, ...inDoubt(one, operation, this.#capabilities)])
    this.#become(doubted)
  }

  #become(candidates: readonly Candidate[]): void {
    this.#candidates = different(candidates)
    this.#isOpen ||= this.#candidates.length > candidatesMax
  }

  /** The store says so itself: nothing of the operation is there. */
  #isNothingDone(outcome: Threw): boolean {
    return outcome.inDoubt === false || this.#isTyped(outcome, 'PoisonedError', 'LogClosedError')
  }

  /** Only who promises types means by a name what Holdfast means. */
  #isTyped({ error }: Threw, ...names: readonly string[]): boolean {
    return this.#capabilities?.typedErrors !== false && names.includes(error)
  }

  #find({ kind }: HistoryOperation, what: string): void {
    this.#findings = [{ rule: 'outcome', text: `Operation ${this.#issued.length}, ${kind}, ${what}` }]
  }
}

function candidateOf(model: LogModel<string>): Candidate {
  return { model, legal: [model.clone()] }
}

/** What the candidate becomes when the operation ended so; none when it cannot have. */
function follow(
  { model, legal }: Candidate,
  { operation, outcome }: { readonly operation: HistoryOperation; readonly outcome: Outcome },
  capabilities: FullCapabilities | undefined,
): Candidate[] {
  const next = model.clone()
  const isDurable = isDurableOnReturn(operation, capabilities)
  const expected = expectedOutcome(next, operation, isDurable)
  if (describeOutcome(expected) !== describeOutcome(outcome)) return []
  return [{ model: next, legal: isDurable ? [next.clone()] : [...legal, next.clone()] }]
}

/** The operation failed, and may have happened all the same. */
function inDoubt(
  { model, legal }: Candidate,
  operation: HistoryOperation,
  capabilities: FullCapabilities | undefined,
): Candidate[] {
  const states = started(model, operation, capabilities)
  return states.map((next) => ({ model: next, legal: [...legal, next.clone()] }))
}

/** How far the operation may have come: none, when it has to be refused. */
function started(
  model: LogModel<string>,
  operation: HistoryOperation,
  capabilities: FullCapabilities | undefined,
): LogModel<string>[] {
  const next = model.clone()
  try {
    applyToModel(next, operation, isDurableOnReturn(operation, capabilities))
  } catch (error) {
    if (error instanceof ModelRefusal) return []
    throw error
  }
  return [...partialStates(model, operation, capabilities), next]
}

function different(candidates: readonly Candidate[]): readonly Candidate[] {
  const byContent = new Map<string, Candidate>()
  for (const one of candidates) {
    const content = [one.model, ...one.legal].map((model) => JSON.stringify(model.view())).join('\n')
    if (!byContent.has(content)) byContent.set(content, one)
  }
  return [...byContent.values()]
}

function distinct(models: readonly LogModel<string>[]): LogModel<string>[] {
  return [...new Map(models.map((model) => [JSON.stringify(model.view()), model])).values()]
}
