/** Kills a real process, over and over, while it writes to Raft storage, and judges each time what came back. */

import { randomInt } from 'node:crypto'
import { dirname, join } from 'node:path'
import type { LogAdapter } from '../adapter.ts'
import { checkInteger } from '../check-integer.ts'
import type { Finding } from '../finding.ts'
import { type ChildLife, liveAndDie } from '../kill/child-process.ts'
import { describeOperations } from '../kill/explain.ts'
import type { ShrunkFailure } from '../kill/kill-report.ts'
import { killsDefault, shrinkMsDefault } from '../kill/kill-suite.ts'
import { loadDurableAdapter } from '../kill/load-adapter.ts'
import { replayCommand } from '../kill/replay-command.ts'
import { RunDirectory } from '../kill/run-directory.ts'
import { acksMax, deathOf, describeKill, type KillPlan } from '../kill/schedule.ts'
import { scopeOf, shrunkFailureOf } from '../kill/script/shrink-kill.ts'
import { type Step, shrinkScript } from '../kill/script/shrink-script.ts'
import { seedMax } from '../random.ts'
import type { FailureStory } from '../report/story.ts'
import type { RaftChildOrders } from './child.ts'
import type { RaftHistoryOperation } from './history.ts'
import { type JudgedRaft, judgeRaftLife } from './judge-life.ts'
import { blankState, type RaftState } from './model.ts'
import { describeLog } from './oracle.ts'
import { planRaftKill } from './schedule.ts'
import { rebase, runRaftScript, simpler, stepsOf } from './script.ts'
import { isSound } from './sound.ts'
import { storyOf } from './story.ts'

export interface RaftKillOptions {
  /** Module whose default export is the {@link LogAdapter}: the children load it too. */
  readonly adapterUrl: URL | string
  /** 1 or more. Default {@link killsDefault}. */
  readonly kills?: number | undefined
  /** 0 to 2^32 - 1. Default: a random one, which the report tells. The same seed makes the same run. */
  readonly seed?: number | undefined
  /** Where the storage is; it may not be that of another run. Default: a new one in the system's temporary directory. */
  readonly directory?: string | undefined
  /** As the replay command names the adapter. Default: `adapterUrl`. Empty: it does not, for it is the command's own. */
  readonly adapterArgument?: string | undefined
  /** How long a failure may be shrunk, in milliseconds: 0 or more. Default {@link shrinkMsDefault}. */
  readonly shrinkMs?: number | undefined
  /** Called after each kill. */
  readonly onProgress?: ((progress: RaftKillProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** What a running suite tells. */
export interface RaftKillProgress {
  readonly killsPlanned: number
  readonly kills: number
  readonly operations: number
  readonly failures: number
}

/** Everything that is needed to understand a failure, and to see it again. */
export interface RaftKillFailure {
  /** From 1. */
  readonly number: number
  /** In words that fit after "killed". */
  readonly moment: string
  readonly findings: readonly Finding[]
  /** The last operations, one a line, oldest first. */
  readonly history: readonly string[]
  /** What came back; empty when it could not be read. */
  readonly recovered: string
  /** The same as data: the last calls, how each ended and what came of it, the crash, and what broke. */
  readonly story: FailureStory
  /** The shortest history that fails in the same way. `undefined`: none did. */
  readonly shrunk: ShrunkFailure | undefined
  /** Where the storage is kept. */
  readonly directory: string
  /** A command that makes the same failure again. */
  readonly replay: string
}

/** Plain values, fit for JSON. */
export interface RaftKillReport {
  readonly adapter: string
  readonly seed: number
  readonly killsPlanned: number
  /** Children that were killed. */
  readonly kills: number
  /** Of which so many at their failpoint; the others after so many acks. */
  readonly killsAtFailpoints: number
  /** Calls that were issued, by all children; by kind of operation. */
  readonly operations: Readonly<Partial<Record<RaftHistoryOperation['kind'], number>>>
  /** Storage in an unknown state is not killed again. */
  readonly failure: RaftKillFailure | undefined
  readonly durationMs: number
  /** Where the storage is: kept when something failed, else `undefined`. */
  readonly directory: string | undefined
}

const program = new URL('./child.js', import.meta.url)
/** Numbers of values that one child may use up. */
const numbersPerChild = 1_000_000

/**
 * Runs the suite. The directory is removed afterwards, unless something failed.
 * @returns what was found, also when something failed
 * @throws {InvalidArgumentError} an option is out of range, the module has no adapter, or the directory is another run's
 * @throws the signal's reason: by then the child is dead, and the directory is removed
 */
export async function runRaftKillSuite(options: RaftKillOptions): Promise<RaftKillReport> {
  const { kills = killsDefault, seed = randomInt(seedMax + 1), adapterUrl } = options
  const { shrinkMs = shrinkMsDefault } = options
  checkInteger('kills', kills, 1, Number.MAX_SAFE_INTEGER)
  checkInteger('seed', seed, 0, seedMax)
  checkInteger('shrinkMs', shrinkMs, 0, Number.MAX_SAFE_INTEGER)
  const adapter = await loadDurableAdapter(adapterUrl)
  const directory = new RunDirectory(options.directory, ['raft'])
  const startedAt = performance.now()
  const run = new Run(adapter, join(directory.path, 'raft'), { ...options, kills, seed, shrinkMs })
  try {
    for (let number = 0; number < kills && run.failure === undefined; number++) {
      await run.kill(number)
      options.onProgress?.(run.progress)
    }
  } catch (error) {
    directory.remove()
    throw error
  }
  if (run.failure === undefined) directory.remove()
  return {
    adapter: adapter.name,
    seed,
    killsPlanned: kills,
    kills: run.kills,
    killsAtFailpoints: run.killsAtFailpoints,
    operations: run.operations,
    failure: run.failure,
    durationMs: performance.now() - startedAt,
    directory: run.failure === undefined ? undefined : directory.path,
  }
}

interface RunOptions extends RaftKillOptions {
  readonly kills: number
  readonly seed: number
  readonly shrinkMs: number
}

/** One node's storage, from kill to kill. */
class Run {
  readonly #adapter: LogAdapter
  readonly #directory: string
  readonly #options: RunOptions
  readonly operations: Partial<Record<RaftHistoryOperation['kind'], number>> = {}
  readonly #steps: Step<RaftHistoryOperation>[] = []
  #state: RaftState = blankState
  kills = 0
  killsAtFailpoints = 0
  failure: RaftKillFailure | undefined

  constructor(adapter: LogAdapter, directory: string, options: RunOptions) {
    this.#adapter = adapter
    this.#directory = directory
    this.#options = options
  }

  /** The kill with this number, from 0. */
  async kill(number: number): Promise<void> {
    const plan = planRaftKill(this.#options.seed, number)
    const orders = this.#orders(plan, number)
    const life = await liveAndDie<RaftHistoryOperation>(plan, orders, this.#options.signal, program)
    if (life.killedBy !== 'nobody') this.kills += 1
    if (life.killedBy === 'failpoint') this.killsAtFailpoints += 1
    for (const { operation } of life.issued) {
      this.operations[operation.kind] = (this.operations[operation.kind] ?? 0) + 1
    }
    const place = { adapter: this.#adapter, directory: this.#directory }
    const judged = await judgeRaftLife(place, this.#state, life)
    this.#remember(life)
    if (judged.findings.length === 0 && judged.survivor !== undefined) this.#state = judged.survivor
    else this.failure = await this.#failure(number + 1, plan, life, judged)
  }

  /** Between two processes the storage is opened again. */
  #remember({ issued }: ChildLife<RaftHistoryOperation>): void {
    const last = this.#steps.at(-1)
    if (last !== undefined) this.#steps.push({ operation: { kind: 'reopen' }, end: last.end })
    this.#steps.push(...stepsOf(this.#state, issued))
  }

  async #failure(
    number: number,
    plan: KillPlan,
    life: ChildLife<RaftHistoryOperation>,
    judged: JudgedRaft,
  ): Promise<RaftKillFailure> {
    const moment = describeKill(plan)
    const { findings, state } = judged
    const { issued } = life
    const story = storyOf({ start: this.#state, issued, crash: `killed ${moment}`, state, findings })
    return {
      ...{ number, moment, findings, story },
      history: describeOperations(story.operations, story.earlier),
      recovered: state === undefined ? '' : describeLog(state.log),
      shrunk: await this.#shrink(plan, life, judged),
      directory: this.#directory,
      replay: replayCommand('raft-kill', this.#options),
    }
  }

  async #shrink(
    plan: KillPlan,
    life: ChildLife<RaftHistoryOperation>,
    judged: JudgedRaft,
  ): Promise<ShrunkFailure | undefined> {
    const { shrinkMs, adapterUrl, signal } = this.#options
    if (shrinkMs === 0) return undefined
    const place = {
      ...{ adapter: this.#adapter, adapterUrl: String(adapterUrl), signal },
      directory: dirname(this.#directory),
    }
    const shrunk = await shrinkScript({
      ...scopeOf({ plan, life, judged, steps: this.#steps }),
      ...{ rebase, simpler, isSound, finding: judged.findings[0], msMax: shrinkMs },
      run: (script) => runRaftScript(place, script),
    })
    return shrunk && shrunkFailureOf(shrunk)
  }

  get progress(): RaftKillProgress {
    return {
      killsPlanned: this.#options.kills,
      kills: this.kills,
      operations: Object.values(this.operations).reduce((sum, count) => sum + count, 0),
      failures: this.failure === undefined ? 0 : 1,
    }
  }

  #orders(plan: KillPlan, number: number): RaftChildOrders {
    return {
      adapterUrl: String(this.#options.adapterUrl),
      directory: this.#directory,
      seed: this.#options.seed,
      history: `raft ${number}`,
      firstValue: (number + 1) * numbersPerChild,
      stopAfterAcks: plan.kind === 'ack' ? plan.acks : acksMax,
      dieDuring: deathOf(plan),
    }
  }
}
