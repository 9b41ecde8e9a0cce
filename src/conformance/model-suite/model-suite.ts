/**
 * Histories that a seed decides, done to the storage in this process and to the reference model, which have to answer the same,
 * also after the storage was closed, or crashed, and opened again.
 */
import { setImmediate } from 'node:timers/promises'
import type { LogAdapter } from '../adapter.ts'
import { checkInteger } from '../check-integer.ts'
import type { ContractParts } from '../contract/index.ts'
import { seedMax } from '../random.ts'
import type { CaseResult } from '../report/case-result.ts'
import { tokenOf } from '../report/case-token.ts'
import { assertReplayable, decodeToken } from '../report/replay-token.ts'
import { ReplayTokenError } from '../report/replay-token-error.ts'
import type { SuiteResult } from '../report/suite-result.ts'
import { suiteVersion } from '../report/suite-version.ts'
import { shrinkMsDefault } from '../shrink-limit.ts'
import { isStateAdapter, type StateMachineAdapter } from '../state-machine/adapter.ts'
import { TrialHome } from '../trial-home.ts'
import type { ModelEngine } from './engine.ts'
import { describeStory, storyOf } from './explain.ts'
import { createLogEngine } from './log/engine.ts'
import type { ModelProgress } from './model-report.ts'
import { createRaftEngine } from './raft/engine.ts'
import { formatScenario, type ModelScenario, parseScenario } from './scenario.ts'
import { type FailingHistory, type ShrunkHistory, shrinkHistory } from './shrink.ts'
import { createStateEngine } from './state-machine/engine.ts'
import type { NamedStep } from './subject.ts'
import { type ModelTheme, modelThemes } from './themes.ts'
import type { ModelTrial } from './trial.ts'

export interface ModelSuiteOptions {
  /** 0 to 2^32 - 1: decides the histories. */
  readonly seed: number
  /** 1 or more. Default {@link historiesDefault}. */
  readonly histories?: number | undefined
  /** When no more histories are begun, in milliseconds, but for a few of each theme; how many were left out is told. Default: never. */
  readonly budgetMs?: number | undefined
  /** How long a failure is shrunk, in milliseconds; 0: not at all. Default {@link shrinkMsDefault}. */
  readonly shrinkMs?: number | undefined
  /** Default: all of them. */
  readonly themes?: readonly ModelTheme[] | undefined
  /** Default: Holdfast's own. */
  readonly parts?: ContractParts | undefined
  /** Where the storage is. Default: a file system in memory where there is one, for no history needs a disk. */
  readonly directory?: string | undefined
  /** What was typed after `--adapter`, for the command that replays. */
  readonly adapterArgument?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: ModelProgress) => void) | undefined
}

export const historiesDefault = 300
const historiesMost = 10_000_000
/** So many of each theme are done though the time is over. */
const historiesMin = 5

const names: Readonly<Record<ModelTheme, string>> = {
  calls: 'generated histories of calls answer as the model does',
  reopens: 'generated histories with closing and opening between the calls answer as the model does',
  crashes: 'generated histories with crashes leave what the model allows',
}

/** @throws {AdapterError} the adapter cannot be run @throws {InvalidArgumentError} an option is out of range @throws the signal's reason */
export async function runModelSuite(
  adapter: LogAdapter | StateMachineAdapter,
  options: ModelSuiteOptions,
): Promise<SuiteResult> {
  checkInteger('seed', options.seed, 0, seedMax)
  checkInteger('histories', options.histories ?? historiesDefault, 1, historiesMost)
  checkInteger('shrinkMs', options.shrinkMs ?? shrinkMsDefault, 0, Number.MAX_SAFE_INTEGER)
  return await runOn(adapter, options).run()
}

/**
 * Makes the one history again that `token` is of.
 * @throws {ReplayTokenError} it is of other suites, of another adapter, or of no history
 */
export async function replayModel(
  adapter: LogAdapter | StateMachineAdapter,
  token: string,
  options: Pick<ModelSuiteOptions, 'parts' | 'directory' | 'adapterArgument'> = {},
): Promise<SuiteResult> {
  const decoded = decodeToken(token)
  assertReplayable(decoded, { suiteVersion, adapter: adapter.name })
  const scenario = parseScenario(decoded.path)
  const startedAt = performance.now()
  const run = runOn(adapter, { seed: decoded.seed, ...options })
  const result = scenario && decoded.suite === 'model' ? await run.replay(scenario) : undefined
  if (result === undefined) {
    const what = `Cannot replay this token: it is of the suite "${decoded.suite}", and "${decoded.path}" is none of its histories`
    throw new ReplayTokenError({ kind: 'unknown', found: decoded.path }, what)
  }
  return { name: 'model', cases: [result], durationMs: performance.now() - startedAt }
}

/** What each theme's case says, without any run. */
export const modelCases: readonly { readonly id: string; readonly rule: string }[] = modelThemes.map(
  (theme) => ({ id: idOf(theme), rule: names[theme] }),
)

/** A state machine is, and Raft storage of another make, asked as it is, and all else as a log under Paxos storage. */
function runOn(adapter: LogAdapter | StateMachineAdapter, options: ModelSuiteOptions): Runs {
  if (isStateAdapter(adapter)) return new ModelRun(adapter, options, createStateEngine(adapter))
  return adapter.kind === 'raft'
    ? new ModelRun(adapter, options, createRaftEngine(adapter, options.parts))
    : new ModelRun(adapter, options, createLogEngine(adapter, options.parts))
}

interface Runs {
  run(): Promise<SuiteResult>
  replay(scenario: ModelScenario): Promise<CaseResult | undefined>
}

class ModelRun<S extends NamedStep> implements Runs {
  readonly #adapter: { readonly name: string }
  readonly #engine: ModelEngine<S>
  readonly #options: ModelSuiteOptions
  readonly #home: TrialHome
  readonly #startedAt = performance.now()
  readonly #planned: number
  #failures = 0
  readonly #done = { histories: 0, operations: 0, reopens: 0, crashes: 0 }

  constructor(adapter: { readonly name: string }, options: ModelSuiteOptions, engine: ModelEngine<S>) {
    this.#adapter = adapter
    this.#engine = engine
    this.#options = options
    this.#home = new TrialHome('model', options.directory)
    this.#planned = options.histories ?? historiesDefault
  }

  async run(): Promise<SuiteResult> {
    const { seed, themes = modelThemes } = this.#options
    const cases: CaseResult[] = []
    try {
      for (const [at, theme] of themes.entries()) cases.push(await this.#runTheme(theme, at, themes.length))
    } finally {
      this.#home.remove()
    }
    cases.push(...(this.#engine.leftOut ?? []))
    const durationMs = performance.now() - this.#startedAt
    const model = { seed, ...this.#done, historiesPlanned: this.#planned, durationMs }
    return { name: 'model', cases, durationMs, model }
  }

  /** `undefined`: the history has no such steps. */
  async replay(scenario: ModelScenario): Promise<CaseResult | undefined> {
    const { theme } = scenario
    const steps = this.#engine.pick(this.#historyOf(theme, scenario.number), scenario.kept)
    if (steps === undefined) return undefined
    const trial = await this.#engine.run(steps, this.#home.path)
    this.#home.remove()
    const one = { ...this.#caseOf(theme), name: `a history of ${theme}, as it failed`, durationMs: 0 }
    if (trial.findings.length === 0) return { ...one, outcome: 'passed' }
    return { ...one, ...this.#failure({ scenario, trial, stopped: undefined }) }
  }

  /** Until one of them fails, or the theme's share of the time is over. */
  async #runTheme(theme: ModelTheme, at: number, themeCount: number): Promise<CaseResult> {
    const startedAt = performance.now()
    const share = Math.ceil(this.#planned / themeCount)
    const endMs = ((this.#options.budgetMs ?? Number.POSITIVE_INFINITY) * (at + 1)) / themeCount
    const one = { ...this.#caseOf(theme), name: names[theme] }
    let done = 0
    for (; done < share && (done < historiesMin || performance.now() - this.#startedAt < endMs); done++) {
      await setImmediate()
      this.#options.signal?.throwIfAborted()
      const caught = await this.#try(theme, done)
      this.#failures += caught === undefined ? 0 : 1
      this.#tell()
      if (caught === undefined) continue
      const history = this.#historyOf(theme, done)
      const place = { home: this.#home.path, shrinkMs: this.#options.shrinkMs ?? shrinkMsDefault }
      const failure = this.#failure(await shrinkHistory(this.#engine, history, caught, place))
      return { ...one, ...failure, durationMs: performance.now() - startedAt }
    }
    return { ...one, outcome: 'passed', durationMs: performance.now() - startedAt }
  }

  #caseOf(theme: ModelTheme): Pick<CaseResult, 'id' | 'since'> {
    const { since } = this.#engine
    return { id: idOf(theme), ...(since !== undefined && { since }) }
  }

  #historyOf(theme: ModelTheme, number: number): readonly S[] {
    return this.#engine.createHistory({ seed: this.#options.seed, theme, number })
  }

  async #try(theme: ModelTheme, number: number): Promise<FailingHistory<S> | undefined> {
    const steps = this.#historyOf(theme, number)
    const trial = await this.#engine.run(steps, this.#home.path)
    this.#count(trial)
    const scenario = { theme, number, kept: steps.map((_, step) => ({ step })) }
    return trial.findings.length > 0 ? { scenario, trial } : undefined
  }

  #count({ tried }: ModelTrial<S>): void {
    const countOf = (kind: string): number => tried.filter(({ step }) => step.kind === kind).length
    this.#done.histories += 1
    this.#done.operations += tried.length - countOf('crash')
    this.#done.reopens += countOf('reopen')
    this.#done.crashes += countOf('crash')
  }

  #failure({ scenario, trial, stopped }: ShrunkHistory<S>) {
    const { seed, adapterArgument } = this.#options
    const [caseId, path] = [idOf(scenario.theme), formatScenario(scenario)]
    const { token, replay } = tokenOf(
      { adapter: this.#adapter.name, suite: 'model', caseId, seed, path },
      adapterArgument,
    )
    const story = { ...storyOf(this.#engine, trial), ...(stopped !== undefined && { note: stopped }) }
    const reason = [...describeStory(story), `replay: ${replay}`].join('\n')
    return { outcome: 'failed', reason, story, token, replay } as const
  }

  #tell(): void {
    const { histories, operations } = this.#done
    this.#options.onProgress?.({ histories, planned: this.#planned, operations, failures: this.#failures })
  }
}

function idOf(theme: ModelTheme): string {
  return `MODEL-${theme.toUpperCase()}`
}
