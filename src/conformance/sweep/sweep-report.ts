/** What a sweep found. Plain values, fit for JSON. */
import type { EngineName } from './engine.ts'

export interface SweepReport {
  /** Gives the same workloads again. */
  readonly seed: number
  /** Runs of a workload, those that shrank a failure not counted. */
  readonly trials: number
  readonly engines: readonly SweptEngine[]
  readonly durationMs: number
}

export interface SweptEngine {
  readonly name: EngineName
  /** Of the workload. */
  readonly operations: number
  readonly sites: number
  /** Of all sites, by one run of the workload. */
  readonly hits: number
  /** Trials with one fault, and those with two. */
  readonly singles: number
  readonly pairs: number
}

/** What a running sweep tells. */
export interface SweepProgress {
  readonly trials: number
  /** As far as it is known: pairs are counted when the single faults are done. */
  readonly planned: number
  readonly failures: number
}
