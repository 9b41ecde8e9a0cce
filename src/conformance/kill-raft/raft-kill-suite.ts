/** Kills a real process, over and over, while it writes to Raft storage, and judges each time what came back. */

import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import type { LogAdapter } from '../adapter.ts'
import { checkInteger } from '../check-integer.ts'
import { type ChildLife, liveAndDie } from '../kill/child-process.ts'
import { describeOperations } from '../kill/explain.ts'
import { killsDefault } from '../kill/kill-suite.ts'
import { loadDurableAdapter } from '../kill/load-adapter.ts'
import { crashOf, saidOf } from '../kill/own-end.ts'
import { replayCommand } from '../kill/replay-command.ts'
import { RunDirectory } from '../kill/run-directory.ts'
import {
  acksMax,
  deathOf,
  describeKill,
  type KillPlan,
  type LaneName,
  laneNames,
  shareKills,
} from '../kill/schedule.ts'
import { notShrunk, type ShrinkResult, scopeOf, shrinkResultOf } from '../kill/script/shrink-kill.ts'
import { type Step, shrinkScript } from '../kill/script/shrink-script.ts'
import { seedMax } from '../random.ts'
import { shrinkMsDefault } from '../shrink-limit.ts'
import type { RaftChildOrders } from './child.ts'
import type { RaftHistoryOperation } from './history.ts'
import { type JudgedRaft, judgeRaftLife } from './judge-life.ts'
import { blankState, type RaftState } from './model.ts'
import { callsLeftOut, hasSnapshots } from './opened.ts'
import { describeLog } from './oracle.ts'
import type {
  RaftKillFailure,
  RaftKillOptions,
  RaftKillProgress,
  RaftKillReport,
} from './raft-kill-report.ts'
import { planRaftKill } from './schedule.ts'
import { rebase, runRaftScript, simpler, stepsOf } from './script.ts'
import { isSound } from './sound.ts'
import { storyOf } from './story.ts'

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
  const leftOut = callsLeftOut(adapter)
  const shares = sharesOf(adapter, kills, options.lanes)
  const directory = new RunDirectory(options.directory, ['raft', 'raft-by-clock'])
  const startedAt = performance.now()
  const run = new Run(adapter, directory.path, { ...options, kills, seed, shrinkMs })
  try {
    for (const lane of laneNames) {
      run.begin(lane)
      for (let number = 0; number < shares[lane] && run.failure === undefined; number++) {
        await run.kill(number)
        options.onProgress?.(run.progress)
      }
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
    leftOut,
    failure: run.failure,
    durationMs: performance.now() - startedAt,
    directory: run.failure === undefined ? undefined : directory.path,
  }
}

/** One storage after the other: Holdfast's own dies by its failpoints, and by no clock. */
function sharesOf(
  { kind }: LogAdapter,
  kills: number,
  lanes: readonly LaneName[] | undefined,
): Readonly<Record<LaneName, number>> {
  return kind === 'raft' ? shareKills(kills, lanes, false) : { replayable: kills, 'by-clock': 0 }
}

interface RunOptions extends RaftKillOptions {
  readonly kills: number
  readonly seed: number
  readonly shrinkMs: number
}

/** One node's storage, from kill to kill, and then another's. */
class Run {
  readonly #adapter: LogAdapter
  readonly #root: string
  readonly #options: RunOptions
  readonly operations: Partial<Record<RaftHistoryOperation['kind'], number>> = {}
  #lane: LaneName = 'replayable'
  #steps: Step<RaftHistoryOperation>[] = []
  #state: RaftState = blankState
  /** Kills of all lanes. */
  #judged = 0
  kills = 0
  killsAtFailpoints = 0
  failure: RaftKillFailure | undefined

  constructor(adapter: LogAdapter, root: string, options: RunOptions) {
    this.#adapter = adapter
    this.#root = root
    this.#options = options
  }

  /** Goes on with new storage. */
  begin(lane: LaneName): void {
    this.#lane = lane
    this.#steps = []
    this.#state = blankState
  }

  get #directory(): string {
    return join(this.#root, this.#lane === 'replayable' ? 'raft' : 'raft-by-clock')
  }

  /** The kill with this number, from 0, of the lane. */
  async kill(number: number): Promise<void> {
    const hasFailpoints = this.#adapter.kind !== 'raft'
    const plan = planRaftKill(this.#options.seed, this.#lane, number, hasFailpoints)
    const orders = this.#orders(plan, number)
    const life = await liveAndDie<RaftHistoryOperation>(plan, orders, this.#options.signal, program)
    const total = this.#judged + 1
    this.#judged = total
    if (life.killedBy !== 'nobody') this.kills += 1
    if (life.killedBy === 'failpoint') this.killsAtFailpoints += 1
    for (const { operation } of life.issued) {
      this.operations[operation.kind] = (this.operations[operation.kind] ?? 0) + 1
    }
    const place = { adapter: this.#adapter, directory: this.#directory }
    const judged = await judgeRaftLife(place, this.#state, life)
    this.#remember(life)
    if (judged.findings.length === 0 && judged.survivor !== undefined) this.#state = judged.survivor
    else this.failure = await this.#failure(total, plan, life, judged)
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
    const { capabilities } = this.#adapter
    const crash = crashOf(life, moment)
    const story = {
      ...storyOf({ start: this.#state, issued, crash, state, findings, capabilities }),
      ...saidOf(life),
    }
    return {
      ...{ number, isReplayable: this.#lane === 'replayable', moment, findings, story },
      history: describeOperations(story.operations, story.earlier),
      recovered: state === undefined ? '' : describeLog(state.log),
      ...(await this.#shrink(plan, life, judged)),
      directory: this.#directory,
      replay: replayCommand('raft-kill', this.#options),
    }
  }

  async #shrink(
    plan: KillPlan,
    life: ChildLife<RaftHistoryOperation>,
    judged: JudgedRaft,
  ): Promise<ShrinkResult> {
    const { shrinkMs, adapterUrl, signal } = this.#options
    if (shrinkMs === 0) return notShrunk
    const place = {
      ...{ adapter: this.#adapter, adapterUrl: String(adapterUrl), signal },
      directory: this.#root,
    }
    const shrinking = await shrinkScript({
      ...scopeOf({ plan, life, judged, steps: this.#steps }),
      ...{ rebase, simpler, finding: judged.findings[0], msMax: shrinkMs },
      isSound: (operations) => isSound(operations, hasSnapshots(this.#adapter)),
      run: (script) => runRaftScript(place, script),
    })
    return shrinkResultOf(shrinking)
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
      history: this.#lane === 'replayable' ? `raft ${number}` : `raft ${this.#lane} ${number}`,
      firstValue: (number + 1) * numbersPerChild,
      stopAfterAcks: acksOf(plan),
      dieDuring: deathOf(plan),
    }
  }
}

/** What the clock kills goes on until then. */
function acksOf(plan: KillPlan): number {
  if (plan.kind === 'ack') return plan.acks
  return plan.kind === 'failpoint' ? acksMax : Number.MAX_SAFE_INTEGER
}
