/** `holdfast conform`: runs the suites against a store and reports. */
import { setMaxListeners } from 'node:events'
import {
  createReport,
  type DiskModelName,
  exitCodeOfVerdict,
  isReplayToken,
  type KillProgress,
  killSuiteResult,
  type RaftKillProgress,
  raftKillSuiteResult,
  runContractSuite,
  runKillSuite,
  runRaftKillSuite,
  type SuiteName,
  type SuiteResult,
  skippedSuite,
  suiteNames,
} from '../conformance/index.ts'
import type { ExitCode } from './exit-codes.ts'
import { runFaults } from './fault.ts'
import { type FoundAdapter, findAdapter } from './find-adapter.ts'
import { replayRecording, runPowerLoss } from './power-loss.ts'
import { startProgress } from './progress.ts'
import { renderReport } from './render.ts'
import { runRot } from './rot.ts'
import { replayToken, runSweep } from './sweep.ts'

export interface ConformOptions {
  /** Empty: all of them. */
  readonly suite: readonly (SuiteName | 'all')[]
  readonly kills: number
  /** Of the power-loss suite. Default: few when all suites are asked for, and many when it is named. */
  readonly images?: number
  readonly model: DiskModelName
  /** Of the fault suite. Default: few when all suites are asked for, and all that there are when it is named. */
  readonly faults?: number
  /** The only fault to inject, by its number. */
  readonly fault?: number
  /** Of the rot suite. Default: few when all suites are asked for, and all that there are when it is named. */
  readonly damages?: number
  /** The only damage to do, by its number. */
  readonly damage?: number
  /** Of the fault suite's workload, and of the one that makes the store of the rot suite. */
  readonly operations?: number
  /** A token, or a recording, of a failure: nothing else is run then. */
  readonly replay?: string
  readonly seed: number
  readonly adapter?: string
  readonly directory?: string
  readonly json?: boolean
}

/** Prints the report on standard output. @throws the signal's reason */
export async function conform(options: ConformOptions, signal: AbortSignal): Promise<ExitCode> {
  // Each kill listens for the signal while it lasts.
  setMaxListeners(0, signal)
  const found = await findAdapter(options.adapter)
  process.stderr.write(`Testing ${found.adapter.name}, seed ${options.seed}\n`)
  const asked = new Set(options.suite.length === 0 ? ['all'] : options.suite)
  const startedAt = new Date()
  const suites: SuiteResult[] = []
  for (const name of options.replay === undefined ? suiteNames : []) {
    if (asked.has(name) || asked.has('all')) suites.push(await runSuite(name, found, options, signal))
  }
  if (options.replay !== undefined) suites.push(await replay(found, options.replay, options))
  const report = createReport({
    adapter: { name: found.adapter.name },
    suites,
    seed: options.seed,
    startedAt,
  })
  process.stdout.write(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : renderReport(report))
  return exitCodeOfVerdict(report.verdict)
}

async function replay(found: FoundAdapter, given: string, options: ConformOptions): Promise<SuiteResult> {
  return isReplayToken(given) ? replayToken(found, given, options) : await replayRecording(found, given)
}

function runSuite(
  name: SuiteName,
  found: FoundAdapter,
  options: ConformOptions,
  signal: AbortSignal,
): Promise<SuiteResult> {
  switch (name) {
    case 'contract':
      return runContract(found, signal)
    case 'sweep':
      return runSweep(found, options, signal)
    case 'kill':
      return runKill(found, options, signal)
    case 'raft-kill':
      return runRaftKill(found, options, signal)
    case 'power-loss':
      return runPowerLoss(found, options, signal)
    case 'fault':
      return runFaults(found, options, signal)
    case 'rot':
      return runRot(found, options, signal)
    default:
      return name satisfies never
  }
}

async function runContract({ adapter }: FoundAdapter, signal: AbortSignal): Promise<SuiteResult> {
  let progress: ReturnType<typeof startProgress> | undefined
  const onProgress = (done: number, failed: number, planned: number): void => {
    progress ??= startProgress('contract', planned)
    progress.update(done, failed > 0 ? `${failed} failed` : '')
  }
  try {
    return await runContractSuite(adapter, { signal, onProgress })
  } finally {
    progress?.stop()
  }
}

async function runKill(
  found: FoundAdapter,
  { kills, seed, adapter: adapterArgument = '', directory }: ConformOptions,
  signal: AbortSignal,
): Promise<SuiteResult> {
  const { adapter, url } = found
  if (!adapter.survivesProcess) return skippedSuite('kill', whyNotKilled(found), ['survivesProcess'])
  const progress = startProgress('kill', kills)
  try {
    const onProgress = ({ kills: done, operations, ackedCommits, failures }: KillProgress): void => {
      const bad = failures > 0 ? `, ${failures} failed` : ''
      progress.update(done, `${operations} operations, ${ackedCommits} acked commits${bad}`)
    }
    const report = await runKillSuite({
      adapterUrl: url,
      adapterArgument,
      kills,
      seed,
      directory,
      signal,
      onProgress,
    })
    return killSuiteResult(report)
  } finally {
    progress.stop()
  }
}

function whyNotKilled({ adapter }: FoundAdapter): string {
  return `what ${adapter.name} commits does not outlive its process, as its adapter says`
}

async function runRaftKill(
  found: FoundAdapter,
  { kills, seed, adapter: adapterArgument = '', directory }: ConformOptions,
  signal: AbortSignal,
): Promise<SuiteResult> {
  const { adapter, url } = found
  if (!adapter.survivesProcess) return skippedSuite('raft-kill', whyNotKilled(found), ['survivesProcess'])
  const progress = startProgress('raft-kill', kills)
  try {
    const onProgress = ({ kills: done, operations, failures }: RaftKillProgress): void => {
      progress.update(done, `${operations} operations${failures > 0 ? `, ${failures} failed` : ''}`)
    }
    const report = await runRaftKillSuite({
      adapterUrl: url,
      adapterArgument,
      kills,
      seed,
      directory,
      signal,
      onProgress,
    })
    return raftKillSuiteResult(report)
  } finally {
    progress.stop()
  }
}
