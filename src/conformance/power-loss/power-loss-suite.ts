/**
 * Records what a store asks of the kernel while it works, rebuilds the directories that a loss of power could leave at each
 * moment, and judges what each of them comes back as. See `docs/power-loss.md`.
 */
import { randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { FeatureDisabledError, InvalidArgumentError } from '../../errors.ts'
import { checkInteger } from '../check-integer.ts'
import { loadAdapter } from '../kill/load-adapter.ts'
import { seedMax } from '../random.ts'
import { assertSurvivesProcess } from '../survives-process.ts'
import { CheckerPool } from './check/checker-pool.ts'
import { type DiskModelName, diskModelNames } from './disk/model.ts'
import type { SecondCrashes } from './first-crashes.ts'
import { ImageResults } from './image-results.ts'
import type { PowerLossProgress, PowerLossReport } from './power-loss-report.ts'
import { RecoveryKinds } from './recovery-kinds.ts'
import { RunTally } from './run-tally.ts'
import { checkMsMax, type PowerLossSettings, storeDirectory } from './settings.ts'
import type { Subject } from './subject.ts'
import { subjectOf } from './subject-of.ts'
import { whyNotRecordable } from './trace/recorder.ts'
import { WorkDirectory } from './work-directory.ts'
import { runWorkload } from './workload.ts'

export interface PowerLossSuiteOptions {
  /** Module whose default export is the {@link LogAdapter}: the workload and the checkers load it too. */
  readonly adapterUrl: URL | string
  /** How many different images are opened, 1 or more. Default {@link imagesDefault}. */
  readonly images?: number | undefined
  /** 0 to 2^32 - 1. Default: a random one, which the report tells. */
  readonly seed?: number | undefined
  /** What the disk promises. Default `posix`, which promises least. */
  readonly model?: DiskModelName | undefined
  /** Operations of one workload, 1 or more. Default 40. */
  readonly operations?: number | undefined
  /** Images that are tried at one moment, 8 or more. Default 40. */
  readonly imagesPerMoment?: number | undefined
  /**
   * Images of each workload whose recovery is recorded, and loses the power once more: 0 or more, or `all` whose recovery writes
   * anything. Unless it is 0, each kind of recovery is among them, by the files that it changes. Default 1.
   */
  readonly secondCrashes?: SecondCrashes | undefined
  /**
   * Moments of each workload, at most, at which its process is killed, the store is opened again, and then the power is lost: 0 or more.
   * Default 4.
   */
  readonly reopenings?: number | undefined
  /** Where the workload runs, and the recording of a failure is kept. Default: a new one in the system's temporary directory. */
  readonly directory?: string | undefined
  /** As the replay command names the adapter. Default: `adapterUrl`. Empty: it does not, for it is the command's own. */
  readonly adapterArgument?: string | undefined
  /** Processes that open images. Default: one for each processor. */
  readonly checkers?: number | undefined
  readonly onProgress?: ((progress: PowerLossProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export const imagesDefault = 20_000

/** Of a workload that gives nothing new, so many in a row end the run. */
const barrenWorkloadsMax = 3

/**
 * Runs workloads, each with another history, until so many images were opened or one of them fails.
 * @returns what was found, also when something failed
 * @throws {InvalidArgumentError} an option is out of range, or the module has no adapter
 * @throws {FeatureDisabledError} system calls cannot be recorded here
 * @throws the signal's reason: by then all processes are dead, and the directories removed
 */
export async function runPowerLossSuite(options: PowerLossSuiteOptions): Promise<PowerLossReport> {
  const adapter = await loadAdapter(options.adapterUrl)
  assertSurvivesProcess(adapter, 'take the power from it')
  return takePower(subjectOf(String(options.adapterUrl), adapter), options)
}

/**
 * The suite, with whatever `subject` is: something that outlives its process.
 * @throws as {@link runPowerLossSuite}
 */
export async function takePower(subject: Subject, options: PowerLossSuiteOptions): Promise<PowerLossReport> {
  const settings = settingsOf(subject, options)
  const missing = whyNotRecordable()
  if (missing !== undefined) throw new FeatureDisabledError('power-loss', `No power can be lost: ${missing}`)
  const directory = new WorkDirectory(options.directory)
  const pool = new CheckerPool<unknown>({
    adapterUrl: String(options.adapterUrl),
    directory: directory.images,
    name: storeDirectory,
    size: options.checkers ?? availableParallelism(),
    checkMsMax,
    program: subject.checker,
  })
  const results = new ImageResults(pool, subject.judge)
  const recoveryKinds = new RecoveryKinds()
  const tally = new RunTally({ ...settings, results, recoveryKinds, onProgress: options.onProgress })
  try {
    const killCounts = new Map<string, number>()
    let barren = 0
    for (let number = 1; results.count < settings.images && barren < barrenWorkloadsMax; number++) {
      const before = results.count
      const workload = {
        ...settings,
        number,
        directory,
        results,
        tally,
        ...{ killCounts, recoveryKinds },
        signal: options.signal,
      }
      if (!(await runWorkload(workload))) break
      barren = results.count === before ? barren + 1 : 0
    }
    return tally.report()
  } finally {
    await pool.close()
    directory.remove(tally.failures.length > 0)
  }
}

function settingsOf(subject: Subject, options: PowerLossSuiteOptions): PowerLossSettings {
  const { images = imagesDefault, seed = randomInt(seedMax + 1), model = 'posix' } = options
  const { secondCrashes = 1, reopenings = 4 } = options
  const { operations = 40, imagesPerMoment = 40, adapterArgument = String(options.adapterUrl) } = options
  checkInteger('images', images, 1, Number.MAX_SAFE_INTEGER)
  checkInteger('seed', seed, 0, seedMax)
  checkInteger('operations', operations, 1, 1_000_000)
  checkInteger('imagesPerMoment', imagesPerMoment, 8, 1_000_000)
  if (secondCrashes !== 'all') checkInteger('secondCrashes', secondCrashes, 0, 1_000_000)
  checkInteger('reopenings', reopenings, 0, 1_000_000)
  checkInteger('checkers', options.checkers ?? 1, 1, 1024)
  if (!diskModelNames.includes(model))
    throw new InvalidArgumentError(
      'model',
      `Cannot use ${model} as model: give ${diskModelNames.join(' or ')}`,
    )
  const times = { images, operations, imagesPerMoment, secondCrashes, reopenings }
  return { subject, adapterArgument, seed, model, ...times }
}
