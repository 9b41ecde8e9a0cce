/** One log that is killed over and over: each child goes on from what the last one left. */

import { join } from 'node:path'
import { nameAndMessageOf } from '../../message-of.ts'
import type { LogAdapter } from '../adapter.ts'
import type { Finding } from '../finding.ts'
import { LogModel, type ModelView } from '../model.ts'
import { judge, type Recovered, type Verdict } from '../oracle.ts'
import { throwIfAdapters } from './cannot-run.ts'
import { type ChildLife, liveAndDie } from './child-process.ts'
import { describeHistory, describeView } from './explain.ts'
import type { KillFailure } from './kill-report.ts'
import type { ChildOrders } from './protocol.ts'
import { readRecovered } from './recovered.ts'
import { acksMax, deathOf, describeKill, type KillPlan, type LaneName, planKill } from './schedule.ts'

export interface LaneOptions {
  readonly lane: LaneName
  readonly kills: number
  readonly seed: number
  readonly adapter: LogAdapter
  readonly adapterUrl: string
  /** Of the run; the log's own is in it. */
  readonly directory: string
  readonly replay: string
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
  for (let number = 1; number <= kills; number++) {
    const startedAt = performance.now()
    const plan = planKill(seed, lane, number - 1, options.adapter.capabilities === undefined)
    const life = await liveAndDie(plan, ordersOf(options, plan, number) satisfies ChildOrders, options.signal)
    const judged = judgeLife(options, model, life)
    const isWrong = judged.findings.length > 0 || judged.survivor === undefined
    const moment = momentOf(plan, life)
    const failure = isWrong ? failureOf(options, { number, moment, life, judged }) : undefined
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

interface Judged extends Verdict {
  readonly view: ModelView<string> | undefined
}

function judgeLife(options: LaneOptions, model: LogModel<string>, life: ChildLife): Judged {
  const defects: Finding[] = life.defect === undefined ? [] : [{ rule: 'unusable', text: life.defect }]
  let recovered: Recovered
  try {
    recovered = readRecovered(options.adapter, join(options.directory, options.lane))
  } catch (error) {
    throwIfAdapters(error)
    const text = `The store cannot be opened and read after the kill: ${nameAndMessageOf(error)}`
    const { findings } = judge(model, life.issued, undefined, options.adapter.capabilities)
    const unusable: Finding = { rule: 'unusable', text }
    return { findings: [...findings, ...defects, unusable], survivor: undefined, view: undefined }
  }
  const { findings, survivor } = judge(model, life.issued, recovered, options.adapter.capabilities)
  // What a call did is told before what it led to.
  return { findings: [...findings, ...defects], survivor, view: recovered.view }
}

function momentOf(plan: KillPlan, life: ChildLife): string {
  if (plan.kind !== 'failpoint' || life.killedBy !== 'ack') return describeKill(plan)
  return `after ${life.issued.length} acks (hit ${plan.hit} of the failpoint ${plan.site} never came)`
}

function failureOf(
  { lane, directory, replay }: LaneOptions,
  at: { number: number; moment: string; life: ChildLife; judged: Judged },
): KillFailure {
  const { number, moment, life, judged } = at
  return {
    lane,
    number,
    moment,
    findings: judged.findings,
    history: describeHistory(life.issued),
    recovered: judged.view === undefined ? [] : describeView(judged.view),
    directory: join(directory, lane),
    replay,
    isReplayable: lane === 'replayable',
  }
}
