/**
 * When each child dies. Three of four kills are replayable: their moment is a number of acks, or a hit of a failpoint, so the
 * same seed gives the same history to the last byte. The others are by the clock, which can hit anywhere at all, and they
 * have a log of their own, so that what they left to chance never gets into the replayable one.
 */
import { logSites } from '../../log/index.ts'
import { paxosSites } from '../../paxos/index.ts'
import type { HistoryOperation } from '../history.ts'
import { SeededRandom } from '../random.ts'
import type { DeathPlan } from './death.ts'
import { type Card, deal, planOf } from './deck.ts'

/** A log that is killed over and over, from the state that the last kill left it in. */
export type LaneName = (typeof laneNames)[number]

export type KillPlan =
  /** The child kills itself at this hit of the site; with `during`, of those hits that come within such calls. */
  | {
      readonly kind: 'failpoint'
      readonly site: string
      readonly hit: number
      readonly during?: string | undefined
    }
  /** The parent kills it after so many acks, while it waits. */
  | { readonly kind: 'ack'; readonly acks: number }
  /** The parent kills it so many milliseconds after it had opened the store, in the middle of its work. */
  | { readonly kind: 'clock'; readonly delayMs: number }
  /** The parent kills it so many milliseconds after it was spawned, or after it began to open the store. */
  | { readonly kind: 'opening'; readonly since: 'spawn' | 'opening'; readonly delayMs: number }

export type KillKind = KillPlan['kind']

/** The parent kills it so many milliseconds after it had begun this call, from 1: of a history that is written down. */
export interface CallKill {
  readonly kind: 'call'
  readonly call: number
  readonly delayMs: number
}

/** A child whose failpoint is never hit is killed after so many acks. */
export const acksMax = 400

export const laneNames = ['replayable', 'by-clock'] as const

/** How many of `kills` each of the logs gets. */
export function shareKills(
  kills: number,
  lanes: readonly LaneName[] = laneNames,
  hasFailpoints = true,
): Readonly<Record<LaneName, number>> {
  // A store without failpoints is hit in the middle of a call by the clock alone.
  const byClockShare = hasFailpoints ? 1 / 4 : 3 / 4
  const byClock = lanes.includes('by-clock')
    ? Math.floor(lanes.includes('replayable') ? kills * byClockShare : kills)
    : 0
  return { replayable: kills - byClock, 'by-clock': byClock }
}

/** The plan of the kill with this number, from 0, in its lane: decided by the seed alone. */
export function planKill(seed: number, lane: LaneName, number: number, hasFailpoints = true): KillPlan {
  const random = new SeededRandom(seed, `kill ${lane} ${number}`)
  if (!hasFailpoints && lane === 'replayable') return { kind: 'ack', acks: random.integer(1, 120) }
  return lane === 'replayable' ? planReplayable(seed, number, random) : planByClock(number, random)
}

function planReplayable(seed: number, number: number, random: SeededRandom): KillPlan {
  return planOf(deal(deck, number, { seed, name: 'deck' }), 120, random)
}

function planByClock(number: number, random: SeededRandom): KillPlan {
  if (number % 3 === 0) return { kind: 'opening', since: 'spawn', delayMs: random.integer(0, 250) }
  if (number % 3 === 1) return { kind: 'opening', since: 'opening', delayMs: random.integer(0, 25) }
  return { kind: 'clock', delayMs: random.integer(0, 400) }
}

type Compound = Card & { readonly during: HistoryOperation['kind'] }

/** Calls that a store may be tempted to make of two transactions: it is killed after the first one, or before the second. */
const compounds: readonly Compound[] = [
  { site: 'log.commit.after', hitMax: 7, during: 'appendOnPrefix' },
  { site: 'log.commit.after', hitMax: 7, during: 'appendOnPrefix' },
  { site: 'log.commit.before', hitMax: 7, during: 'appendOnPrefix' },
  { site: 'log.commit.after', hitMax: 7, during: 'writeAtomically' },
  { site: 'log.commit.before', hitMax: 7, during: 'writeAtomically' },
  { site: 'log.commit.after', hitMax: 7, during: 'appendEntries' },
  { site: 'log.commit.after', hitMax: 1, during: 'reopen' },
]

/** Every site of a write is dealt once before any is dealt again, those of the commit several times. */
const deck: readonly Card[] = [
  ...logSites.flatMap(({ name }): Card[] => {
    if (name === 'log.read') return []
    if (name.startsWith('log.commit.')) return Array<Card>(3).fill({ site: name, hitMax: 90 })
    return [{ site: name, hitMax: name === 'log.defer' ? 30 : 2 }]
  }),
  ...paxosSites.flatMap(({ name }): Card[] => {
    if (name === 'paxos.read') return []
    return [{ site: name, hitMax: name === 'paxos.append_entry' ? 20 : 10 }]
  }),
  ...compounds,
  ...Array<Card>(6).fill({ site: 'ack', hitMax: 0 }),
]

/** The setting of FAILPOINTS that carries out the plan. */
export function failpointsOf(plan: KillPlan): string {
  // With `during` the child arms it: see `ChildOrders`.
  if (plan.kind !== 'failpoint' || plan.during !== undefined) return ''
  return `${plan.site}=${plan.hit > 1 ? `${plan.hit - 1}*off->` : ''}crash`
}

/** What a child is to be told beside FAILPOINTS. */
export function deathOf(plan: KillPlan): DeathPlan | undefined {
  if (plan.kind !== 'failpoint' || plan.during === undefined) return undefined
  return { kind: plan.during, site: plan.site, hit: plan.hit }
}

/** The moment, in words that fit after "killed". */
export function describeKill(plan: KillPlan): string {
  switch (plan.kind) {
    case 'failpoint':
      return `at hit ${plan.hit} of the failpoint ${plan.site}${plan.during ? ` during ${plan.during}` : ''}`
    case 'ack':
      return `after ${plan.acks} acks`
    case 'clock':
      return `${plan.delayMs} ms after it had opened the store`
    case 'opening':
      return `${plan.delayMs} ms after it ${plan.since === 'spawn' ? 'was spawned' : 'began to open the store'}`
    default:
      return plan satisfies never
  }
}
