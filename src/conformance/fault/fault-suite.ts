/**
 * Makes every sync and every write of a workload fail once, each in a run of its own, and judges what the store answers and
 * what it comes back as: nothing acked may be lost. See `docs/failing-disks.md`.
 */
import { randomInt } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { FeatureDisabledError, InvalidArgumentError } from '../../errors.ts'
import type { LogAdapter } from '../adapter.ts'
import { checkInteger } from '../check-integer.ts'
import { loadAdapter } from '../kill/load-adapter.ts'
import { AdapterError } from '../kit/index.ts'
import { CheckerPool } from '../power-loss/check/checker-pool.ts'
import { ImageResults } from '../power-loss/image-results.ts'
import { checkMsMax, storeDirectory } from '../power-loss/settings.ts'
import type { TracedCall } from '../power-loss/trace/call-assembler.ts'
import { record, whyNotRecordable } from '../power-loss/trace/recorder.ts'
import { WorkDirectory } from '../power-loss/work-directory.ts'
import { SeededRandom, seedMax } from '../random.ts'
import { assertSurvivesProcess } from '../survives-process.ts'
import type { FaultProgress, FaultReport } from './fault-report.ts'
import type { FaultSubject } from './fault-subject.ts'
import { FaultTally } from './fault-tally.ts'
import { recordingOf, runFault } from './faulted-run.ts'
import { type Fault, FaultableCalls, faultsOf, isShort } from './plan.ts'
import { whyNoShortWrites } from './short-write.ts'
import { subjectOf } from './subject-of.ts'

export interface FaultSuiteOptions {
  /** Module whose default export is the {@link LogAdapter}: the workload and the checkers load it too. */
  readonly adapterUrl: URL | string
  /** How many faults are injected, 1 or more: a sample, where the workload gives more. Default: all of them. */
  readonly faults?: number | undefined
  /** The number of the one fault to inject, from 1. */
  readonly fault?: number | undefined
  /** 0 to 2^32 - 1. Default: a random one, which the report tells. */
  readonly seed?: number | undefined
  /** Operations of the workload, 1 or more. Default 40. */
  readonly operations?: number | undefined
  /** Where the workloads run. Default: a new one in the system's temporary directory. */
  readonly directory?: string | undefined
  /** As the replay command names the adapter. Default: `adapterUrl`. Empty: it does not, for it is the command's own. */
  readonly adapterArgument?: string | undefined
  /** Runs at a time, and processes that open what they leave. Default: one for each processor. */
  readonly lanes?: number | undefined
  readonly onProgress?: ((progress: FaultProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export const faultOperationsDefault = 40

interface Workload {
  readonly subject: FaultSubject
  readonly seed: number
  readonly operations: number
  readonly isReopening: boolean
  readonly workloads: string
  readonly signal: AbortSignal | undefined
}

/** How long a fault may lie in wait: the run ends with so many failures. */
const failuresMax = 3

/** Why nothing can be said of the store behind `adapter` when a call fails; `undefined`: it can. */
export function whyNotFault({ name, kind, capabilities }: LogAdapter): string | undefined {
  // Of Raft storage a purge alone may wait, and the next call that does not makes it durable first.
  if (kind === 'raft') return undefined
  if (capabilities === undefined || capabilities.defer || capabilities.lostDeferred === 'suffix')
    return undefined
  const deferred = (['trim', 'floor', 'metadata'] as const).filter(
    (word) => capabilities[word] === 'deferred',
  )
  if (deferred.length === 0) return undefined
  const what = deferred.join(' and ')
  return (
    `${name} promises ${what} only with the next flush, and that a crash may take any of it: after a call that failed, ` +
    'nearly every state would be right'
  )
}

/**
 * Records the workload without faults, then runs it once for each fault.
 * @returns what was found, also when something failed
 * @throws {InvalidArgumentError} an option is out of range, or the module has no adapter
 * @throws {FeatureDisabledError} system calls cannot be recorded here
 * @throws the signal's reason: by then all processes are dead, and the directories removed
 */
export async function runFaultSuite(options: FaultSuiteOptions): Promise<FaultReport> {
  const { seed = randomInt(seedMax + 1), operations = faultOperationsDefault, signal } = options
  const lanes = options.lanes ?? availableParallelism()
  checkOptions({ ...options, seed, operations, lanes })
  const adapterUrl = String(options.adapterUrl)
  const adapter = await loadAdapter(adapterUrl)
  assertSurvivesProcess(adapter, 'let its calls fail')
  const missing = whyNotRecordable()
  if (missing !== undefined)
    throw new FeatureDisabledError('fault', `No call can be made to fail: ${missing}`)
  const directory = new WorkDirectory(options.directory)
  const subject = subjectOf(adapterUrl, adapter)
  const pool = new CheckerPool<unknown>({
    ...{
      adapterUrl,
      program: subject.checker,
      directory: directory.images,
      name: storeDirectory,
      size: lanes,
      checkMsMax,
    },
  })
  try {
    // In memory, unless a directory is asked for: what is synced there need not last.
    const workloads =
      options.directory === undefined ? join(directory.images, 'workloads') : directory.workloads
    mkdirSync(workloads, { recursive: true })
    const workload = { subject, seed, operations, isReopening: true, workloads, signal }
    return await injectAll(workload, { ...options, lanes }, new ImageResults(pool, () => []))
  } finally {
    await pool.close()
    directory.remove(false)
  }
}

async function injectAll(
  asked: Workload,
  {
    faults: faultsMax,
    fault: only,
    lanes,
    adapterArgument,
    onProgress,
  }: FaultSuiteOptions & { readonly lanes: number },
  results: ImageResults<unknown>,
): Promise<FaultReport> {
  const first = await findCalls(asked)
  const workload = { ...asked, isReopening: !first.hasStartedProcesses }
  const { calls } = workload.isReopening ? first : await findCalls(workload)
  const noShortWrites = whyNoShortWrites()
  const possible = faultsOf(calls)
  const injectable = possible.filter(({ kind }) => noShortWrites === undefined || !isShort(kind))
  const planned = choose(injectable, { only, countMax: faultsMax ?? injectable.length, seed: workload.seed })
  const tally = new FaultTally({
    ...{ subject: workload.subject, seed: workload.seed, operations: workload.operations, onProgress },
    adapterArgument: adapterArgument ?? workload.subject.adapterUrl,
    calls: calls.length,
    faultsPossible: possible.length,
    faultsPlanned: planned.length,
    skipped: noShortWrites === undefined ? [] : [`no write comes back short: ${noShortWrites}`],
  })
  const next = planned.values()
  const lane = async (): Promise<void> => {
    for (const fault of next) {
      if (tally.failures.length >= failuresMax) return
      const startedAt = performance.now()
      tally.add(fault, await runFault({ ...workload, fault, results }), performance.now() - startedAt)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return tally.report(results.count)
}

interface Found {
  readonly calls: FaultableCalls['calls']
  /** The store is in processes of its own. */
  readonly hasStartedProcesses: boolean
}

/** What the workload calls when nothing fails. */
async function findCalls(workload: Workload): Promise<Found> {
  const root = join(workload.workloads, 'without-faults')
  mkdirSync(root)
  const calls = new FaultableCalls(root)
  let programs = 0
  const onCall = (call: TracedCall): void => {
    calls.takeCall(call)
    if (call.name === 'execve' && call.result.startsWith('0')) programs += 1
  }
  try {
    let said: string | undefined
    for await (const event of record({ ...recordingOf(workload, root), onCall })) {
      workload.signal?.throwIfAborted()
      calls.takeEvent(event)
      if (event.kind === 'cannot-judge')
        throw new FeatureDisabledError('fault', `The store cannot be judged, for it does this: ${event.why}`)
      if (event.kind !== 'line') continue
      said = event.line.kind
      if (event.line.kind === 'adapter') throw new AdapterError(event.line.why, event.line.error)
      if (event.line.kind === 'broken')
        throw new InvalidArgumentError(
          'adapterUrl',
          `The store fails though no call failed: ${event.line.error}`,
        )
    }
    if (said !== 'waiting')
      throw new InvalidArgumentError('adapterUrl', 'The store ended its process though no call failed')
    return { calls: calls.calls, hasStartedProcesses: programs > 1 }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** The ones that are injected, in the order of their calls. */
function choose(
  faults: readonly Fault[],
  {
    only,
    countMax,
    seed,
  }: { readonly only: number | undefined; readonly countMax: number; readonly seed: number },
): readonly Fault[] {
  if (only !== undefined) {
    const found = faults.filter(({ number }) => number === only)
    if (found.length > 0) return found
    throw new InvalidArgumentError('fault', `There is no fault ${only}: the workload gives ${faults.length}`)
  }
  const sample = new SeededRandom(seed, 'faults').shuffled(faults).slice(0, countMax)
  return sample.toSorted((a, b) => a.number - b.number)
}

function checkOptions(options: FaultSuiteOptions): void {
  checkInteger('faults', options.faults ?? 1, 1, Number.MAX_SAFE_INTEGER)
  checkInteger('fault', options.fault ?? 1, 1, Number.MAX_SAFE_INTEGER)
  checkInteger('seed', options.seed ?? 0, 0, seedMax)
  checkInteger('operations', options.operations ?? 1, 1, 100_000)
  checkInteger('lanes', options.lanes ?? 1, 1, 1024)
}
