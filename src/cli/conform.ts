/** `holdfast conform`: runs the suites against a storage and reports. */
import { setMaxListeners } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import {
  type ConformReport,
  createReport,
  type DiskModelName,
  type Expectation,
  exitCodeOfVerdict,
  expectationFile,
  formatExpectations,
  isReplayToken,
  type Level,
  parseExpectations,
  type ReportTarget,
  replayRecording,
  replayToken,
  reportToGithub,
  runConformance,
  type SuiteName,
  updateExpectations,
  writeReports,
} from '../conformance/index.ts'
import { type ExitCode, UsageError } from './exit-codes.ts'
import { type FoundAdapter, findAdapter } from './find-adapter.ts'
import { ProgressOfSuites } from './progress-of-suites.ts'
import { renderReport } from './render.ts'
import { keepStdout } from './stdout-of-adapters.ts'

export interface ConformOptions {
  /** Empty: all of them. A version, instead of a name, is as {@link suiteVersion}. */
  readonly suite: readonly (SuiteName | 'all')[]
  readonly suiteVersion?: string
  readonly level?: readonly Level[]
  readonly filter?: string
  readonly budget?: string
  readonly histories?: number
  readonly kills?: number
  readonly shrinkTime?: string
  /** Of the power-loss suite. Default: few when all suites are asked for, and many when it is named. */
  readonly images?: number
  readonly secondCrashes?: number | 'all'
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
  readonly command?: string
  readonly directory?: string
  readonly expectations?: string
  readonly updateExpectations?: boolean
  readonly allowUnexpectedPass?: boolean
  readonly certify?: boolean
  readonly report?: readonly ReportTarget[]
  readonly json?: boolean
}

/** Prints the report on standard output. @throws the signal's reason */
export async function conform(options: ConformOptions, signal: AbortSignal): Promise<ExitCode> {
  // Each kill listens for the signal while it lasts.
  setMaxListeners(0, signal)
  const expected = readExpectations(options)
  const report = await keepStdout(() => reportOf(options, expected, signal))
  writeReports(report, options.report ?? [])
  reportToGithub(report, process.env, (text) => process.stderr.write(text))
  if (options.updateExpectations) {
    const updated = updateExpectations(report.suites, expected)
    writeFileSync(options.expectations ?? expectationFile, formatExpectations(updated))
  }
  process.stdout.write(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : renderReport(report))
  return exitCodeOfVerdict(report.verdict)
}

async function reportOf(
  options: ConformOptions,
  expected: readonly Expectation[],
  signal: AbortSignal,
): Promise<ConformReport> {
  const found = await findAdapter(options)
  process.stderr.write(`Testing ${found.adapter.name}, seed ${options.seed}\n`)
  if (options.replay === undefined) return await run(options, { found, expected, signal })
  return await replay(options.replay, options, { found, expected, signal })
}

interface Surroundings {
  readonly found: FoundAdapter
  readonly expected: readonly Expectation[]
  readonly signal: AbortSignal
}

async function run(
  options: ConformOptions,
  { found, expected, signal }: Surroundings,
): Promise<ConformReport> {
  const { suite, level, adapter: adapterArgument = '', ...rest } = options
  const isAll = suite.length === 0 || suite.includes('all')
  const progress = new ProgressOfSuites()
  try {
    return await runConformance(found.url, {
      ...rest,
      suites: isAll ? undefined : suite.filter((name): name is SuiteName => name !== 'all'),
      levels: level,
      expectations: expected,
      adapterArgument: options.command === undefined ? adapterArgument : found.url,
      signal,
      onProgress: (now) => progress.update(now),
    })
  } finally {
    progress.stop()
  }
}

/** Makes the one failure again that a token or a recording is of. */
async function replay(
  given: string,
  { seed, directory, command, adapter: adapterArgument = '' }: ConformOptions,
  { found: { url, adapter }, signal }: Surroundings,
): Promise<ConformReport> {
  if (isReplayToken(given)) {
    const named = command === undefined ? adapterArgument : url
    return await replayToken(url, given, { directory, adapterArgument: named, signal })
  }
  const suite = await replayRecording(url, given)
  return createReport({ adapter: { name: adapter.name }, suites: [suite], seed, startedAt: new Date() })
}

/** The file that is named has to be there; the one that is looked for anyway need not. */
function readExpectations({ expectations: file, updateExpectations: isNew }: ConformOptions): Expectation[] {
  const path = file ?? expectationFile
  if (existsSync(path)) return parseExpectations(readFileSync(path, 'utf8'), path)
  if (file === undefined || isNew) return []
  throw new UsageError(`Cannot read the expectations in ${file}: no file is there`)
}
