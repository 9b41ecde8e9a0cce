/**
 * Damages the files of a closed store, one bit or one cut at a time, and opens each: it must hold what it held, or say by an
 * error of Holdfast's that it does not. See `docs/failing-disks.md`.
 */
import { randomInt } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { InvalidArgumentError } from '../../errors.ts'
import { checkInteger } from '../check-integer.ts'
import { loadAdapter } from '../kill/load-adapter.ts'
import { AdapterError } from '../kit/index.ts'
import { type Check, type Checked, CheckerPool } from '../power-loss/check/checker-pool.ts'
import { imageOfDirectory } from '../power-loss/disk/directory-image.ts'
import type { Image } from '../power-loss/disk/image.ts'
import { storeDirectory } from '../power-loss/settings.ts'
import { makeImagesDirectory } from '../power-loss/work-directory.ts'
import { SeededRandom, seedMax } from '../random.ts'
import { assertSurvivesProcess } from '../survives-process.ts'
import { type Damage, damaged, damagesOf, describeDamage } from './damage.ts'
import { graver, judgeRot, type RotVerdict } from './judge-rot.ts'
import type { RotProgress, RotReport } from './rot-report.ts'
import type { MakingOptions, RotSubject } from './rot-subject.ts'
import { RotTally } from './rot-tally.ts'
import { subjectOf } from './subject-of.ts'

export interface RotSuiteOptions {
  /** Module whose default export is the adapter: the checkers load it too. */
  readonly adapterUrl: URL | string
  /** How many damages are done, 1 or more: a sample, where the files give more. Default: all of them. */
  readonly damages?: number | undefined
  /** The number of the one damage to do, from 1. */
  readonly damage?: number | undefined
  /** The one damage to do, whatever its number. */
  readonly exactly?: Damage | undefined
  /** 0 to 2^32 - 1. Default: a random one, which the report tells. */
  readonly seed?: number | undefined
  /** Operations that make the store, 1 or more. Default 60. */
  readonly operations?: number | undefined
  /** Only count what a store does wrong, and do not stop for it. Default false. */
  readonly isObserving?: boolean | undefined
  /** A store that is not open after so many milliseconds hangs, 1 or more. Default 10,000. */
  readonly checkMsMax?: number | undefined
  /** As the replay command names the adapter. Default: `adapterUrl`. Empty: it does not, for it is the command's own. */
  readonly adapterArgument?: string | undefined
  /** Processes that open what was damaged. Default: one for each processor. */
  readonly checkers?: number | undefined
  readonly onProgress?: ((progress: RotProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export const rotOperationsDefault = 60
/** Of the value that is appended to see whether the store works. */
const usedValue = 4_000_000_000
/** An answer of bytes that rot may be long. */
const messageCharactersMax = 400
/** The run ends with so many failures. */
const failuresMax = 20

/**
 * @returns what was found, also when something failed
 * @throws {InvalidArgumentError} an option is out of range, or the module has no adapter
 * @throws the signal's reason: by then all processes are dead, and the directories removed
 */
export async function runRotSuite(options: RotSuiteOptions): Promise<RotReport> {
  const { seed = randomInt(seedMax + 1), operations = rotOperationsDefault } = options
  checkOptions({ ...options, seed, operations })
  const adapterUrl = String(options.adapterUrl)
  const adapter = await loadAdapter(adapterUrl)
  assertSurvivesProcess(adapter, 'damage its files')
  const directory = makeImagesDirectory()
  const size = options.checkers ?? availableParallelism()
  const { checkMsMax = 10_000 } = options
  const subject = subjectOf(adapter)
  const pool = new CheckerPool<unknown>({
    ...{ adapterUrl, directory, name: storeDirectory, size, checkMsMax, program: subject.checker },
  })
  try {
    const image = await makeStore(subject, join(directory, 'sound'), { seed, operations })
    return await damageAll({ ...options, seed, operations }, { subject, pool, image })
  } finally {
    await pool.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

/** The files of a closed store. */
async function makeStore(subject: RotSubject, root: string, options: MakingOptions): Promise<Image> {
  mkdirSync(root)
  await subject.make(join(root, storeDirectory), options)
  const { volatileFiles } = subject.adapter
  const image = imageOfDirectory(root, (name) => volatileFiles?.includes(name) !== true)
  rmSync(root, { recursive: true })
  return image
}

interface Parts {
  readonly subject: RotSubject
  readonly pool: CheckerPool<unknown>
  readonly image: Image
}

async function damageAll(
  options: RotSuiteOptions & { readonly seed: number; readonly operations: number },
  { subject, pool, image }: Parts,
): Promise<RotReport> {
  const { seed, operations, signal, onProgress, isObserving = false } = options
  const soundView = (isUsedFirst: boolean) => viewOfSound({ subject, pool, image }, isUsedFirst)
  const sound = { subject, read: await soundView(false), used: await soundView(true) }
  const possible = damagesOf(image, seed)
  const planned = options.exactly === undefined ? choose(possible, options) : exactly(image, options.exactly)
  const tally = new RotTally({
    ...{ adapter: subject.adapter.name, seed, operations, image, onProgress },
    adapterArgument: options.adapterArgument ?? String(options.adapterUrl),
    damagesPossible: possible.length,
    damagesPlanned: planned.length,
  })
  const underWay = new Set<Promise<void>>()
  for (const { number, damage } of planned) {
    signal?.throwIfAborted()
    if (!isObserving && tally.badCount >= failuresMax) break
    const check = await pool.ready()
    const checking = judgeBoth(pool, check, damaged(image, damage), sound).then((verdict) => {
      underWay.delete(checking)
      tally.add(number, damage, verdict)
    })
    checking.catch(() => undefined)
    underWay.add(checking)
  }
  await Promise.all(underWay)
  return tally.report()
}

/** Views of it. */
interface Sound {
  readonly subject: RotSubject
  readonly read: unknown
  readonly used: unknown
}

/** One copy is read first, and one used first. */
async function judgeBoth(
  pool: CheckerPool<unknown>,
  check: Check<unknown>,
  copy: Image,
  { subject, ...sound }: Sound,
): Promise<RotVerdict> {
  const judged = (view: unknown) => (one: Checked<unknown>) => judgeRot(subject, view, one)
  const read = await check(copy, usedValue).then(judged(sound.read), judgeAnswer)
  const checkUse = await pool.ready()
  const used = await checkUse(copy, usedValue, true).then(judged(sound.used), judgeAnswer)
  return graver(read, used)
}

/** What is in it when nothing is damaged. */
async function viewOfSound({ subject, pool, image }: Parts, isUsedFirst: boolean): Promise<unknown> {
  const sound = await (await pool.ready())(image, usedValue, isUsedFirst)
  if (sound.kind === 'opened' && sound.unusable === undefined) return subject.viewsOf(sound.recovered)[0]
  throw new InvalidArgumentError(
    'adapterUrl',
    `The store does not work though nothing was damaged: ${JSON.stringify(sound)}`,
  )
}

/** While nothing was damaged it kept to the rules of adapters: that it breaks them now is damage that got through. */
function judgeAnswer(error: unknown): RotVerdict {
  if (!(error instanceof AdapterError)) throw error
  return { outcome: 'untyped', text: error.message.slice(0, messageCharactersMax) }
}

interface Numbered {
  readonly number: number
  readonly damage: Damage
}

/** It is of a store that another machine has made: it may not fit the one that is made here. */
function exactly({ parts }: Image, damage: Damage): readonly Numbered[] {
  const length = parts.find(({ path }) => path === damage.path)?.bytes?.length ?? 0
  const isThere = damage.kind === 'flip' ? damage.offset < length : damage.bytes < length
  if (isThere) return [{ number: 1, damage }]
  const there = length === 0 ? 'there is no such file' : `the file has ${length} bytes`
  throw new InvalidArgumentError('exactly', `Cannot have ${describeDamage(damage)}: ${there}`)
}

function choose(
  damages: readonly Damage[],
  { damage: only, damages: countMax = damages.length, seed }: RotSuiteOptions & { readonly seed: number },
): readonly Numbered[] {
  const numbered = damages.map((damage, at) => ({ number: at + 1, damage }))
  if (only === undefined) return sampled(numbered, countMax, new SeededRandom(seed, 'damages'))
  const found = numbered.filter(({ number }) => number === only)
  if (found.length > 0) return found
  throw new InvalidArgumentError('damage', `There is no damage ${only}: the files give ${damages.length}`)
}

/** As many of each kind as there can be: most bytes of a file are zero, and say little. */
function sampled(damages: readonly Numbered[], countMax: number, random: SeededRandom): readonly Numbered[] {
  const groups = new Set(damages.map(({ damage }) => damage.group))
  const shuffled = [...groups].map((group) =>
    random.shuffled(damages.filter(({ damage }) => damage.group === group)),
  )
  const longest = Math.max(...shuffled.map(({ length }) => length))
  const dealt = Array.from({ length: longest }, (_, at) => shuffled.flatMap((group) => group[at] ?? []))
  return dealt.flat().slice(0, countMax)
}

function checkOptions(options: RotSuiteOptions): void {
  checkInteger('damages', options.damages ?? 1, 1, Number.MAX_SAFE_INTEGER)
  checkInteger('damage', options.damage ?? 1, 1, Number.MAX_SAFE_INTEGER)
  checkInteger('seed', options.seed ?? 0, 0, seedMax)
  checkInteger('operations', options.operations ?? 1, 1, 100_000)
  checkInteger('checkMsMax', options.checkMsMax ?? 1, 1, 3_600_000)
  checkInteger('checkers', options.checkers ?? 1, 1, 1024)
}
