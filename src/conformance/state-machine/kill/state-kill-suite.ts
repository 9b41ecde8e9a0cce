/** Kills a real process, over and over, while it applies a log, and judges each time what came back. */

import { randomInt } from 'node:crypto'
import { dirname, join } from 'node:path'
import { FailpointRegistry } from '../../../../failpoints/index.ts'
import { checkInteger } from '../../check-integer.ts'
import type { Finding } from '../../finding.ts'
import { type ChildLife, liveAndDie } from '../../kill/child-process.ts'
import { describeOperations } from '../../kill/explain.ts'
import type { ShrunkFailure } from '../../kill/kill-report.ts'
import { type KillOptions, killsDefault } from '../../kill/kill-suite.ts'
import { crashOf, saidOf } from '../../kill/own-end.ts'
import { replayCommand } from '../../kill/replay-command.ts'
import { RunDirectory } from '../../kill/run-directory.ts'
import { describeKill, type KillPlan } from '../../kill/schedule.ts'
import { notShrunk, type ShrinkResult, scopeOf, shrinkResultOf } from '../../kill/script/shrink-kill.ts'
import { type Step, shrinkScript } from '../../kill/script/shrink-script.ts'
import { seedMax } from '../../random.ts'
import type { FailureStory } from '../../report/story.ts'
import { shrinkMsDefault } from '../../shrink-limit.ts'
import type { StateMachineAdapter } from '../adapter.ts'
import { loadDurableStateAdapter } from '../load-state-adapter.ts'
import type { StateChildOrders } from './child.ts'
import type { StateOperation } from './history.ts'
import { type JudgedState, judgeStateLife } from './judge-life.ts'
import { RunLog } from './log.ts'
import { planStateKill } from './schedule.ts'
import { rebase, runStateScript, simpler, stepsOf } from './script.ts'
import { storyOf } from './story.ts'

/** The module at `adapterUrl` has a {@link StateMachineAdapter}, and the same seed makes the same run. */
export interface StateKillOptions extends KillOptions {
  readonly onProgress?: ((progress: StateKillProgress) => void) | undefined
}

/** How far a run is. */
export type StateKillProgress = Pick<StateKillReport, 'kills' | 'applied'>

/** Everything that is needed to understand a failure, and to see it again. */
export interface StateKillFailure {
  /** From 1. */
  readonly number: number
  /** In words that fit after "killed". */
  readonly moment: string
  readonly findings: readonly Finding[]
  /** The last operations, one a line, oldest first. */
  readonly history: readonly string[]
  /** The same as data: the last calls, how each ended and what came of it, the crash, and what broke. */
  readonly story: FailureStory
  /** The shortest history that fails in the same way. `undefined`: none did. */
  readonly shrunk: ShrunkFailure | undefined
  /** Why nothing shorter was looked for, when there was more to try: its time was over. */
  readonly shrinkingStopped: string | undefined
  /** A command that makes the same failure again, with all kills before it. */
  readonly replay: string
}

/** Plain values, fit for JSON. */
export interface StateKillReport {
  readonly adapter: string
  readonly seed: number
  readonly killsPlanned: number
  readonly kills: number
  /** Of which so many at their failpoint; the others after so many acks. */
  readonly killsAtFailpoints: number
  /** Calls that were issued, by kind of operation. */
  readonly operations: Readonly<Partial<Record<StateOperation['kind'], number>>>
  /** How far the log was applied at the end. */
  readonly applied: number
  readonly failure: StateKillFailure | undefined
  readonly durationMs: number
  /** Where the state machines are: kept when something failed, else `undefined`. */
  readonly directory: string | undefined
}

const program = new URL('./child.js', import.meta.url)
const acksMax = 120
/** Sites that are hit before a state machine is open, or whose kill shows nothing. */
const unused: readonly string[] = ['snapshot.open', 'snapshot.read']

/**
 * Runs the suite. The directory is removed afterwards, unless something failed.
 * @returns what was found, also when something failed
 * @throws {InvalidArgumentError} an option is out of range, or the module has no adapter
 * @throws the signal's reason: by then the child is dead, and the directory is removed
 */
export async function runStateKillSuite(options: StateKillOptions): Promise<StateKillReport> {
  const { kills = killsDefault, seed = randomInt(seedMax + 1), shrinkMs = shrinkMsDefault } = options
  checkInteger('kills', kills, 1, Number.MAX_SAFE_INTEGER)
  checkInteger('seed', seed, 0, seedMax)
  checkInteger('shrinkMs', shrinkMs, 0, Number.MAX_SAFE_INTEGER)
  const adapter = await loadDurableStateAdapter(options.adapterUrl)
  const directory = new RunDirectory(options.directory, ['state'])
  const startedAt = performance.now()
  const run = new Run(adapter, join(directory.path, 'state'), { ...options, seed, shrinkMs })
  try {
    for (let number = 0; number < kills && run.failure === undefined; number++) {
      await run.kill(number)
      options.onProgress?.({ kills: number + 1, applied: run.applied })
    }
  } catch (error) {
    directory.remove()
    throw error
  }
  if (run.failure === undefined) directory.remove()
  const { kills: killed, killsAtFailpoints, operations, applied, failure } = run
  return {
    adapter: adapter.name,
    seed,
    killsPlanned: kills,
    kills: killed,
    killsAtFailpoints,
    operations,
    applied,
    failure,
    durationMs: performance.now() - startedAt,
    directory: failure === undefined ? undefined : directory.path,
  }
}

interface RunOptions extends StateKillOptions {
  readonly seed: number
  readonly shrinkMs: number
}

/** One state machine, from kill to kill. */
class Run {
  readonly #adapter: StateMachineAdapter
  readonly #directory: string
  readonly #options: RunOptions
  readonly #log: RunLog
  readonly #sites: readonly string[]
  readonly #steps: Step<StateOperation>[] = []
  readonly operations: Partial<Record<StateOperation['kind'], number>> = {}
  applied = 0
  #handedIn = 0
  kills = 0
  killsAtFailpoints = 0
  failure: StateKillFailure | undefined

  constructor(adapter: StateMachineAdapter, directory: string, options: RunOptions) {
    this.#adapter = adapter
    this.#directory = directory
    this.#options = options
    this.#log = new RunLog(options.seed)
    this.#sites = sitesOf(adapter, join(directory, 'sites'))
  }

  /** The kill with this number, from 0. */
  async kill(number: number): Promise<void> {
    const plan = planStateKill(this.#options.seed, number, this.#sites)
    const orders = this.#orders(plan, number)
    const life = await liveAndDie<StateOperation>(plan, orders, this.#options.signal, program)
    if (life.killedBy !== 'nobody') this.kills += 1
    if (life.killedBy === 'failpoint') this.killsAtFailpoints += 1
    for (const { operation } of life.issued) {
      this.operations[operation.kind] = (this.operations[operation.kind] ?? 0) + 1
    }
    const place = { adapter: this.#adapter, directory: orders.directory, log: this.#log }
    const start = { applied: this.applied, handedIn: this.#handedIn }
    const judged = await judgeStateLife(place, start, life)
    this.#remember(life)
    if (judged.findings.length > 0) this.failure = await this.#failure(number + 1, plan, life, judged)
    this.#handedIn = judged.handedIn
    this.applied = judged.recovered?.view.index ?? this.applied
  }

  /** Between two processes the state machine is opened again. */
  #remember({ issued }: ChildLife<StateOperation>): void {
    if (this.#steps.length > 0) this.#steps.push({ operation: { kind: 'reopen' }, end: this.applied })
    this.#steps.push(...stepsOf(this.#log, this.applied, issued))
  }

  async #failure(
    number: number,
    plan: KillPlan,
    life: ChildLife<StateOperation>,
    judged: JudgedState,
  ): Promise<StateKillFailure> {
    const moment = describeKill(plan)
    const { findings, recovered } = judged
    const parts = { log: this.#log, applied: this.applied, issued: life.issued, recovered, findings }
    const story = { ...storyOf({ ...parts, crash: crashOf(life, moment) }), ...saidOf(life) }
    return {
      ...{ number, moment, findings, story },
      history: describeOperations(story.operations, story.earlier),
      ...(await this.#shrink(plan, life, judged)),
      // Nothing is left to the clock: the kills before it make what it finds.
      replay: replayCommand('state-kill', { ...this.#options, kills: number }),
    }
  }

  async #shrink(plan: KillPlan, life: ChildLife<StateOperation>, judged: JudgedState): Promise<ShrinkResult> {
    const { shrinkMs, adapterUrl, signal } = this.#options
    if (shrinkMs === 0) return notShrunk
    const place = {
      ...{ adapter: this.#adapter, adapterUrl: String(adapterUrl), signal },
      directory: dirname(this.#directory),
    }
    const shrinking = await shrinkScript({
      ...scopeOf({ plan, life, judged, steps: this.#steps }),
      ...{ rebase, simpler, finding: judged.findings[0], msMax: shrinkMs },
      run: (script) => runStateScript(place, script),
    })
    return shrinkResultOf(shrinking)
  }

  #orders(plan: KillPlan, number: number): StateChildOrders {
    return {
      adapterUrl: String(this.#options.adapterUrl),
      directory: join(this.#directory, 'node'),
      leaderDirectory: join(this.#directory, 'leader'),
      seed: this.#options.seed,
      history: `state ${number}`,
      stopAfterAcks: plan.kind === 'ack' ? plan.acks : acksMax,
    }
  }
}

/** Names of the failpoint sites that the adapter's state machines have. */
function sitesOf(adapter: StateMachineAdapter, directory: string): string[] {
  const failpoints = new FailpointRegistry({ seed: 0 })
  adapter.create(directory, { failpoints })
  return failpoints
    .sites()
    .map(({ name }) => name)
    .filter((name) => !unused.includes(name))
}
