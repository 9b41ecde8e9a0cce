/** One log that is killed over and over: each child goes on from what the last one left. */

import { join } from 'node:path'
import type { LogAdapter } from '../adapter.ts'
import type { HistoryOperation } from '../history.ts'
import { LogModel } from '../model.ts'
import { type ChildLife, liveAndDie } from './child-process.ts'
import { describeView } from './explain.ts'
import { type Judged, judgeLife } from './judge-life.ts'
import type { KillFailure } from './kill-report.ts'
import { crashOf, saidOf } from './own-end.ts'
import type { ChildOrders } from './protocol.ts'
import { acksMax, deathOf, describeKill, type KillPlan, type LaneName, planKill } from './schedule.ts'
import { stepsOf } from './script/paxos-script.ts'
import { shrinkKill } from './script/shrink-kill.ts'
import type { Step } from './script/shrink-script.ts'
import { describeHistory, storyOf } from './story.ts'

export interface LaneOptions {
  readonly lane: LaneName
  readonly kills: number
  readonly seed: number
  readonly adapter: LogAdapter
  readonly adapterUrl: string
  /** Of the run; the log's own is in it. */
  readonly directory: string
  readonly replay: string
  /** How long a failure may be shrunk, in milliseconds. 0: not at all. */
  readonly shrinkMs: number
  readonly signal: AbortSignal | undefined
}

/** One kill, and what was left. */
export interface Kill {
  readonly lane: LaneName
  /** From 1. */
  readonly number: number
  readonly moment: string
  readonly life: ChildLife
  readonly durationMs: number
  readonly failure: KillFailure | undefined
}

/** Numbers of values and rounds that one child may use up. */
const numbersPerChild = 1_000_000

/** Kills, judges, and goes on, until something is wrong. */
export async function* runLane(options: LaneOptions): AsyncGenerator<Kill> {
  const { lane, kills, seed } = options
  let model = new LogModel<string>()
  const steps: Step<HistoryOperation>[] = []
  for (let number = 1; number <= kills; number++) {
    const startedAt = performance.now()
    const plan = planKill(seed, lane, number - 1, options.adapter.capabilities === undefined)
    const life = await liveAndDie(plan, ordersOf(options, plan, number) satisfies ChildOrders, options.signal)
    const place = { adapter: options.adapter, directory: join(options.directory, lane) }
    const judged = judgeLife(place, model, life)
    steps.push(...opened(steps), ...stepsOf(model, life.issued))
    const isWrong = judged.findings.length > 0 || judged.survivor === undefined
    const moment = momentOf(plan, life)
    const failure = isWrong
      ? await failureOf(options, { number, moment, plan, life, judged, start: model, steps })
      : undefined
    yield { lane, number, moment, life, durationMs: performance.now() - startedAt, failure }
    if (isWrong || judged.survivor === undefined) return
    model = judged.survivor
  }
}

function ordersOf(
  { lane, seed, adapterUrl, directory }: LaneOptions,
  plan: KillPlan,
  number: number,
): ChildOrders {
  const endless = Number.MAX_SAFE_INTEGER
  return {
    adapterUrl,
    directory: join(directory, lane),
    seed,
    history: `${lane} ${number}`,
    firstValue: number * numbersPerChild,
    firstRound: number * numbersPerChild,
    dieDuring: deathOf(plan),
    stopAfterAcks: {
      ack: plan.kind === 'ack' ? plan.acks : 0,
      failpoint: acksMax,
      clock: endless,
      opening: endless,
    }[plan.kind],
  }
}

function momentOf(plan: KillPlan, life: ChildLife): string {
  if (plan.kind !== 'failpoint' || life.killedBy !== 'ack') return describeKill(plan)
  return `after ${life.issued.length} acks (hit ${plan.hit} of the failpoint ${plan.site} never came)`
}

interface Failed {
  readonly number: number
  readonly moment: string
  readonly plan: KillPlan
  readonly life: ChildLife
  readonly judged: Judged
  readonly start: LogModel<string>
  readonly steps: readonly Step<HistoryOperation>[]
}

async function failureOf(options: LaneOptions, failed: Failed): Promise<KillFailure> {
  const { lane, directory, replay, adapter } = options
  const { number, moment, life, judged, start } = failed
  const { findings, view } = judged
  const { capabilities } = adapter
  const { issued } = life
  return {
    ...{ lane, number, moment, findings },
    history: describeHistory(issued, capabilities),
    recovered: view === undefined ? [] : describeView(view),
    story: {
      ...storyOf({ start, issued, crash: crashOf(life, moment), view, findings, capabilities }),
      ...saidOf(life),
    },
    ...(await shrinkKill(options, failed)),
    directory: join(directory, lane),
    replay,
    isReplayable: lane === 'replayable',
  }
}

/** Between two processes the log is opened again. */
function opened(before: readonly Step<HistoryOperation>[]): Step<HistoryOperation>[] {
  const last = before.at(-1)
  return last === undefined ? [] : [{ operation: { kind: 'reopen' }, end: last.end }]
}
