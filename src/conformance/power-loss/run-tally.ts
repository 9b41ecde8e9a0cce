import { lossRules } from '../finding.ts'
import type { DiskModelName } from './disk/model.ts'
import type { ImageResults } from './image-results.ts'
import type {
  PowerLossFailure,
  PowerLossProgress,
  PowerLossReport,
  PowerLossWorkload,
} from './power-loss-report.ts'
import type { RecoveryKinds } from './recovery-kinds.ts'
import type { Issued, Subject } from './subject.ts'

export interface RunTallyOptions {
  readonly subject: Subject
  readonly seed: number
  readonly model: DiskModelName
  readonly images: number
  readonly results: ImageResults<unknown>
  readonly recoveryKinds?: RecoveryKinds | undefined
  readonly onProgress: ((progress: PowerLossProgress) => void) | undefined
}

/** Counts what happens. */
export class RunTally {
  readonly #options: RunTallyOptions
  readonly #startedAt: number = performance.now()
  readonly #workloads: PowerLossWorkload[] = []
  readonly failures: PowerLossFailure[] = []
  #operations = 0
  #ackedCommits = 0

  constructor(options: RunTallyOptions) {
    this.#options = options
  }

  /** Tells how far the run is. */
  progress(): void {
    const { images, results, onProgress } = this.#options
    onProgress?.({
      imagesPlanned: images,
      images: results.count,
      workloads: this.#workloads.length,
      ackedCommits: this.#ackedCommits,
      failures: this.failures.length,
    })
  }

  add(workload: PowerLossWorkload, issued: Issued, failure: PowerLossFailure | undefined): void {
    this.#workloads.push(workload)
    this.#operations += issued.length
    this.#ackedCommits += issued.filter(
      ({ operation, outcome }) => outcome?.kind === 'done' && this.#options.subject.isCommit(operation),
    ).length
    if (failure !== undefined) this.failures.push(failure)
    this.progress()
  }

  report(): PowerLossReport {
    const { subject, seed, model, images, results, recoveryKinds } = this.#options
    const isLoss = ({ findings }: PowerLossFailure): boolean =>
      findings.some(({ rule }) => lossRules.includes(rule))
    return {
      ...{ adapter: subject.name, seed, model },
      imagesPlanned: images,
      images: results.count,
      judged: results.judged,
      recoveryKinds: recoveryKinds?.count ?? 0,
      recoveryKindsInterrupted: recoveryKinds?.interruptedCount ?? 0,
      workloads: this.#workloads,
      operations: this.#operations,
      ackedCommits: this.#ackedCommits,
      lost: this.failures.filter(isLoss).length,
      failures: this.failures,
      durationMs: performance.now() - this.#startedAt,
    }
  }
}
