/** Kills a real process, over and over, while it applies a log, and judges each time what came back. */

import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { FailpointRegistry } from '../../../../failpoints/index.ts'
import { checkIndex } from '../../../arguments.ts'
import { nameAndMessageOf } from '../../../message-of.ts'
import type { Finding } from '../../finding.ts'
import { type ChildLife, liveAndDie } from '../../kill/child-process.ts'
import { lifeDefects } from '../../kill/life-defects.ts'
import { RunDirectory } from '../../kill/run-directory.ts'
import { describeKill, type KillPlan } from '../../kill/schedule.ts'
import { seedMax } from '../../random.ts'
import type { StateMachineAdapter } from '../adapter.ts'
import { loadDurableStateAdapter } from '../load-state-adapter.ts'
import type { StateChildOrders } from './child.ts'
import { describeStateHistory } from './explain.ts'
import type { StateOperation } from './history.ts'
import { RunLog } from './log.ts'
import { judgeState, type RecoveredState } from './oracle.ts'
import { readRecovered } from './recovered.ts'
import { planStateKill } from './schedule.ts'

export interface StateKillOptions {
  /** Module whose default export is the {@link StateMachineAdapter}: the children load it too. */
  readonly adapterUrl: URL | string
  /** 1 or more. Default 50. */
  readonly kills?: number | undefined
  /** 0 to 2^32 - 1. Default: a random one, which the report tells. The same seed makes the same run. */
  readonly seed?: number | undefined
  /** Where the state machines are. Default: a new one in the system's temporary directory. */
  readonly directory?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: StateKillProgress) => void) | undefined
}

/** How far a run is. */
export type StateKillProgress = Pick<StateKillReport, 'kills' | 'applied'>

/** Everything that is needed to understand a failure. The seed gives it again. */
export interface StateKillFailure {
  /** From 1. */
  readonly number: number
  /** In words that fit after "killed". */
  readonly moment: string
  readonly findings: readonly Finding[]
  /** The last operations, one a line, oldest first. */
  readonly history: readonly string[]
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
  const { kills = 50, seed = randomInt(seedMax + 1) } = options
  checkIndex('kills', kills)
  checkIndex('seed', seed)
  const adapter = await loadDurableStateAdapter(options.adapterUrl)
  const directory = new RunDirectory(options.directory, ['state'])
  const startedAt = performance.now()
  const run = new Run(adapter, join(directory.path, 'state'), { ...options, seed })
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

/** One state machine, from kill to kill. */
class Run {
  readonly #adapter: StateMachineAdapter
  readonly #directory: string
  readonly #options: StateKillOptions & { readonly seed: number }
  readonly #log: RunLog
  readonly #sites: readonly string[]
  readonly operations: Partial<Record<StateOperation['kind'], number>> = {}
  applied = 0
  #handedIn = 0
  kills = 0
  killsAtFailpoints = 0
  failure: StateKillFailure | undefined

  constructor(
    adapter: StateMachineAdapter,
    directory: string,
    options: StateKillOptions & { readonly seed: number },
  ) {
    this.#adapter = adapter
    this.#directory = directory
    this.#options = options
    this.#log = new RunLog(options.seed)
    this.#sites = sitesOf(adapter, join(directory, 'sites'))
  }

  /** The kill with this number, from 0. */
  async kill(number: number): Promise<void> {
    const plan = planStateKill(this.#options.seed, number, this.#sites)
    const life = await liveAndDie<StateOperation>(
      plan,
      this.#orders(plan, number),
      this.#options.signal,
      program,
    )
    if (life.killedBy !== 'nobody') this.kills += 1
    if (life.killedBy === 'failpoint') this.killsAtFailpoints += 1
    for (const { operation } of life.issued) {
      this.operations[operation.kind] = (this.operations[operation.kind] ?? 0) + 1
    }
    const findings = await this.#judge(life)
    if (findings.length === 0) return
    this.failure = {
      number: number + 1,
      moment: describeKill(plan),
      findings,
      history: describeStateHistory(life.issued),
    }
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

  async #judge(life: ChildLife<StateOperation>): Promise<readonly Finding[]> {
    const defects = lifeDefects(life)
    let recovered: RecoveredState | undefined
    try {
      recovered = await readRecovered(this.#adapter, {
        node: join(this.#directory, 'node'),
        fresh: join(this.#directory, 'fresh'),
      })
    } catch (error) {
      defects.push({
        rule: 'unusable',
        text: `The state machine cannot be recovered after the kill: ${nameAndMessageOf(error)}`,
      })
    }
    const start = { applied: this.applied, handedIn: this.#handedIn }
    const { findings, handedIn } = judgeState(this.#log, start, life.issued, recovered)
    this.#handedIn = handedIn
    this.applied = recovered?.view.index ?? this.applied
    return [...findings, ...defects]
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
