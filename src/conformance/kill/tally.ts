import { lossRules } from '../finding.ts'
import { isCommit } from '../history-model.ts'
import type { KillFailure, KillProgress, KillReport, KillVerdict } from './kill-report.ts'
import type { Kill } from './lane.ts'
import type { KillKind } from './schedule.ts'

/** Counts what happens. */
export class Tally {
  readonly #adapter: string
  readonly #seed: number
  readonly #killsPlanned: number
  readonly #onProgress: ((progress: KillProgress) => void) | undefined
  readonly #startedAt: number = performance.now()
  readonly #killsByKind: Record<KillKind, number> = { failpoint: 0, ack: 0, clock: 0, opening: 0 }
  readonly #verdicts: KillVerdict[] = []
  readonly failures: KillFailure[] = []
  #operations = 0
  #ackedCommits = 0

  constructor(
    adapter: string,
    seed: number,
    killsPlanned: number,
    onProgress: ((progress: KillProgress) => void) | undefined,
  ) {
    this.#adapter = adapter
    this.#seed = seed
    this.#killsPlanned = killsPlanned
    this.#onProgress = onProgress
  }

  add({ lane, number, moment, life, durationMs, failure }: Kill): void {
    if (life.killedBy !== 'nobody') this.#killsByKind[life.killedBy] += 1
    this.#operations += life.issued.length
    this.#ackedCommits += life.issued.filter(
      ({ operation, outcome }) => outcome?.kind === 'done' && isCommit(operation),
    ).length
    this.#verdicts.push({ lane, number, moment, durationMs, isLegal: failure === undefined })
    if (failure !== undefined) this.failures.push(failure)
    this.#onProgress?.({
      killsPlanned: this.#killsPlanned,
      kills: this.#kills,
      operations: this.#operations,
      ackedCommits: this.#ackedCommits,
      failures: this.failures.length,
    })
  }

  report(directory: string): KillReport {
    const isLoss = ({ findings }: KillFailure): boolean =>
      findings.some(({ rule }) => lossRules.includes(rule))
    return {
      adapter: this.#adapter,
      seed: this.#seed,
      killsPlanned: this.#killsPlanned,
      kills: this.#kills,
      killsByKind: this.#killsByKind,
      operations: this.#operations,
      ackedCommits: this.#ackedCommits,
      lost: this.failures.filter(isLoss).length,
      failures: this.failures,
      verdicts: this.#verdicts,
      durationMs: performance.now() - this.#startedAt,
      directory: this.failures.length === 0 ? undefined : directory,
    }
  }

  get #kills(): number {
    return Object.values(this.#killsByKind).reduce((sum, count) => sum + count, 0)
  }
}
