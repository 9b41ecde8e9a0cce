import { lossRules } from '../finding.ts'
import { adapterWords } from '../report/adapter-words.ts'
import type { FaultFailure, FaultOutcome, FaultProgress, FaultReport, FaultVerdict } from './fault-report.ts'
import type { FaultSubject } from './fault-subject.ts'
import type { FaultedRun } from './faulted-run.ts'
import { describeFault, type Fault, type FaultKind } from './plan.ts'

export interface FaultTallyOptions {
  readonly subject: FaultSubject
  readonly seed: number
  readonly operations: number
  /** Empty: the replay command names none. */
  readonly adapterArgument: string
  readonly calls: number
  readonly faultsPossible: number
  readonly faultsPlanned: number
  readonly skipped: readonly string[]
  readonly onProgress: ((progress: FaultProgress) => void) | undefined
}

/** Counts what happens. */
export class FaultTally {
  readonly #options: FaultTallyOptions
  readonly #startedAt: number = performance.now()
  readonly #byKind: Record<FaultKind, number> = {
    'io-error': 0,
    'no-space': 0,
    'short-write': 0,
    'disk-full': 0,
  }
  readonly #outcomes: Record<FaultOutcome, number> = {
    refused: 0,
    poisoned: 0,
    absorbed: 0,
    ended: 0,
    missed: 0,
  }
  readonly #verdicts: FaultVerdict[] = []
  readonly failures: FaultFailure[] = []
  #operations = 0
  #ackedCommits = 0

  constructor(options: FaultTallyOptions) {
    this.#options = options
  }

  add(fault: Fault, run: FaultedRun, durationMs: number): void {
    const { ending: outcome, findings, issued } = run
    this.#outcomes[outcome] += 1
    if (outcome !== 'missed') this.#byKind[fault.kind] += 1
    this.#operations += issued.length
    const { subject } = this.#options
    this.#ackedCommits += issued.filter(
      (one) => one.outcome?.kind === 'done' && subject.isCommit(one.operation),
    ).length
    const isLegal = findings.length === 0
    this.#verdicts.push({ number: fault.number, fault: describeFault(fault), outcome, isLegal, durationMs })
    if (!isLegal) this.failures.push(this.#failure(fault, run))
    const { faultsPlanned, onProgress } = this.#options
    const progress = { faultsPlanned, faults: this.#verdicts.length, failures: this.failures.length }
    onProgress?.({ ...progress, outcomes: { ...this.#outcomes } })
  }

  report(images: number): FaultReport {
    const { subject, seed, calls, faultsPossible, faultsPlanned, skipped } = this.#options
    const isLoss = ({ findings }: FaultFailure): boolean =>
      findings.some(({ rule }) => lossRules.includes(rule))
    return {
      ...{ adapter: subject.adapter.name, seed, calls, faultsPossible, faultsPlanned, skipped, images },
      faults: Object.values(this.#byKind).reduce((sum, count) => sum + count, 0),
      faultsByKind: this.#byKind,
      outcomes: this.#outcomes,
      operations: this.#operations,
      ackedCommits: this.#ackedCommits,
      lost: this.failures.filter(isLoss).length,
      verdicts: this.#verdicts.toSorted((a, b) => a.number - b.number),
      failures: this.failures.toSorted((a, b) => a.number - b.number),
      durationMs: performance.now() - this.#startedAt,
    }
  }

  #failure(fault: Fault, { findings, judged, issued, checked }: FaultedRun): FaultFailure {
    const { subject, seed, operations, adapterArgument } = this.#options
    const command = `holdfast conform --suite fault --seed ${seed} --operations ${operations} --fault ${fault.number}`
    const recovered = checked?.kind === 'opened' ? checked.recovered : undefined
    const crash = `judged by ${judged}`
    return {
      ...{ number: fault.number, fault: describeFault(fault), findings, judged },
      history: subject.describeHistory(issued),
      story: subject.storyOf({ issued, crash, recovered, findings }),
      recovered: recovered === undefined ? [] : subject.describe(recovered),
      path: `${operations}.${fault.number}`,
      replay: `${command}${adapterWords(adapterArgument, '--adapter ')}`,
    }
  }
}
