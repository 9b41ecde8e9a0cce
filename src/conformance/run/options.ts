/** What a run is asked to do. */
import { randomInt } from 'node:crypto'
import { InvalidArgumentError } from '../../errors.ts'
import { killsDefault } from '../kill/index.ts'
import { historiesDefault } from '../model-suite/index.ts'
import { type DiskModelName, imagesDefault, type SecondCrashes } from '../power-loss/index.ts'
import { seedMax } from '../random.ts'
import {
  type Expectation,
  isNewerThan,
  type Level,
  levelOfSuite,
  type SuiteName,
  suiteNames,
  suiteVersion,
} from '../report/index.ts'
import { shrinkMsDefault } from '../shrink-limit.ts'

export interface ConformanceOptions {
  /** Default: all of them. */
  readonly suites?: readonly SuiteName[] | undefined
  /** Only suites of these levels. Default: all of them. */
  readonly levels?: readonly Level[] | undefined
  /** Only cases of the contract that {@link selectCases} selects by this. Nothing but the contract, or the one of state machines, is run then. */
  readonly filter?: string | undefined
  /**
   * How long the whole run may take, about: `30s`, `10m`, `1h`. It scales how often is killed and so on; the cases of the contract are all run. Default: `2m`, which all
   * suites of the LMDB store stay below on two cores.
   */
  readonly budget?: string | undefined
  /** 0 to 2^32 - 1. Default: a random one, which the report tells. */
  readonly seed?: number | undefined
  /** Of the model suite. Default: by the budget, in which storage that is slow gets through fewer. */
  readonly histories?: number | undefined
  /** Of each kill suite. Default: by the budget. */
  readonly kills?: number | undefined
  /** How long a failure of the model suite, the sweep or a kill suite is shrunk, as the budget; `0s`: not at all. Default: 20 seconds, scaled with the budget. */
  readonly shrinkTime?: string | undefined
  /** Of each power-loss suite. Default: by the budget, and {@link imagesDefault} (3,000 of state machines) when it is named and no budget is given. */
  readonly images?: number | undefined
  /** Of each workload of the power-loss suite: how many recoveries lose the power once more, or `all`. Default 1, and each new kind. */
  readonly secondCrashes?: SecondCrashes | undefined
  /** What the disk promises of writes that are not synced. Default `posix`. */
  readonly model?: DiskModelName | undefined
  /** Of the fault suite. Default: by the budget, and all that there are when it is named and no budget is given. */
  readonly faults?: number | undefined
  /** The only fault to inject, by its number. */
  readonly fault?: number | undefined
  /** How often the rot suite damages the files. Default: by the budget, and all that there are when it is named and no budget is given. */
  readonly damages?: number | undefined
  /** The only damage to do, by its number. */
  readonly damage?: number | undefined
  /** Of the workload of the fault suite, and of that which makes the store of the rot suite. */
  readonly operations?: number | undefined
  /** Where the logs are. Default: in the system's temporary directory. */
  readonly directory?: string | undefined
  /** The version of the suites to count against: newer cases are run, listed, and not counted. Default: this one. */
  readonly suiteVersion?: string | undefined
  readonly expectations?: readonly Expectation[] | undefined
  readonly allowUnexpectedPass?: boolean | undefined
  /** Demands every level, every SHOULD, and no expected failure. Default `false`. */
  readonly certify?: boolean | undefined
  /** As commands that make a failure again name the adapter. Default: its URL. Empty: they do not. */
  readonly adapterArgument?: string | undefined
  readonly onProgress?: ((progress: RunProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** How far a suite is. */
export interface RunProgress {
  readonly suite: SuiteName
  readonly done: number
  readonly planned: number
  /** What the numbers do not say: empty, or a few words. */
  readonly note: string
  /** Whether the suite is over. */
  readonly isOver: boolean
}

/** How much of each generated part. */
export interface Amounts {
  readonly kills: number
  readonly images: number
  /** `undefined`: all that there are. */
  readonly faults: number | undefined
  /** `undefined`: all that there are. */
  readonly damages: number | undefined
  /** Of the model suite. */
  readonly histories: number
  /** After which the model suite begins no other. `undefined`: their number decides alone. */
  readonly modelMs: number | undefined
  /** Of the Raft kill suite. */
  readonly raftKills: number
  /** Of the state machines' kill suite. */
  readonly stateKills: number
  /** Of the state machines' power-loss suite. */
  readonly stateImages: number
  /** For the sweep's pairs, in milliseconds. */
  readonly sweepMs: number
  /** How long a failure of the model suite, the sweep or a kill suite is shrunk. */
  readonly shrinkMs: number
}

const budgetMsDefault = 120_000
const amongAll = {
  kills: killsDefault,
  images: 1_000,
  raftKills: 20,
  stateKills: 6,
  stateImages: 240,
  faults: 12,
  damages: 500,
  sweepMs: 15_000,
  histories: historiesDefault,
  modelMs: 10_000,
  shrinkMs: shrinkMsDefault,
} as const
const least = {
  ...{
    kills: 4,
    images: 50,
    faults: 3,
    damages: 100,
    sweepMs: 0,
    raftKills: 4,
    stateKills: 2,
    stateImages: 50,
  },
  ...{ histories: 15, modelMs: 0, shrinkMs: 1_000 },
} as const

/** Of state machines, when their suite is named. */
const imagesNamed = 3_000

/** @throws {InvalidArgumentError} the budget is none */
export function amountsOf(options: ConformanceOptions): Amounts {
  const scale = options.budget === undefined ? 1 : budgetMsOf(options.budget) / budgetMsDefault
  const scaled = (name: keyof typeof amongAll): number =>
    Math.max(least[name], Math.round(amongAll[name] * scale))
  const isNamed = (suite: SuiteName): boolean =>
    options.budget === undefined && (options.suites?.includes(suite) ?? false)
  return {
    sweepMs: scaled('sweepMs'),
    histories: options.histories ?? scaled('histories'),
    modelMs: options.histories === undefined ? scaled('modelMs') : undefined,
    shrinkMs: options.shrinkTime === undefined ? scaled('shrinkMs') : shrinkMsOf(options.shrinkTime),
    kills: options.kills ?? scaled('kills'),
    images: options.images ?? (isNamed('power-loss') ? imagesDefault : scaled('images')),
    raftKills: options.kills ?? (isNamed('raft-kill') ? killsDefault : scaled('raftKills')),
    stateKills: options.kills ?? (isNamed('state-kill') ? killsDefault : scaled('stateKills')),
    stateImages: options.images ?? (isNamed('state-power-loss') ? imagesNamed : scaled('stateImages')),
    faults: options.faults ?? (isNamed('fault') ? undefined : scaled('faults')),
    damages: options.damages ?? (isNamed('rot') ? undefined : scaled('damages')),
  }
}

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 }

/** @throws {InvalidArgumentError} it is none */
export function budgetMsOf(budget: string): number {
  const ms = msOf(budget)
  if (ms !== undefined && ms > 0) return ms
  throw noTime('budget', budget, 'as budget')
}

/** @throws {InvalidArgumentError} it is none */
export function shrinkMsOf(shrinkTime: string): number {
  const ms = msOf(shrinkTime)
  if (ms !== undefined) return ms
  throw noTime('shrinkTime', shrinkTime, 'as the time for shrinking')
}

function msOf(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,6})(s|m|h)$/.exec(text) ?? []
  return unit === '' ? undefined : Number(digits) * (unitMs[unit] ?? 0)
}

function noTime(argument: string, given: string, what: string): InvalidArgumentError {
  const next = 'give a number of seconds, minutes or hours, as 30s, 10m or 1h'
  return new InvalidArgumentError(argument, `Cannot use ${JSON.stringify(given)} ${what}: ${next}`)
}

/** @throws {InvalidArgumentError} `pinned` is a version of the suites that these are not yet: its cases are not all here */
export function checkPinned(pinned: string | undefined): void {
  if (pinned === undefined || !isNewerThan(pinned, suiteVersion)) return
  throw new InvalidArgumentError(
    'suiteVersion',
    `Cannot pin the suites to ${pinned}: these are ${suiteVersion}; take a later version of Holdfast, or pin an earlier one`,
  )
}

/** Which suites are run, in their order. */
export function suitesOf({ suites, levels, filter }: ConformanceOptions): readonly SuiteName[] {
  if (filter !== undefined) return [suiteOfFilter(filter)]
  return suiteNames.filter(
    (name) => (suites?.includes(name) ?? true) && (levels?.includes(levelOfSuite[name]) ?? true),
  )
}

/** Ids of the state machines' contract begin by their own letters. */
function suiteOfFilter(filter: string): SuiteName {
  return /^sm(-|$)/i.test(filter) ? 'state-machine' : 'contract'
}

export function seedOf({ seed = randomInt(seedMax + 1) }: ConformanceOptions): number {
  return seed
}
