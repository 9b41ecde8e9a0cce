/** When each child dies: at a hit of a failpoint, or after so many acks. Nothing is left to the clock. */
import { deal, planOf } from '../../kill/deck.ts'
import type { KillPlan } from '../../kill/schedule.ts'
import { SeededRandom } from '../../random.ts'

/** Sites that are hit by reads or by what a history never does, or are not declared by every state machine. */
const hitMaxBySite: Readonly<Record<string, number>> = {
  'state.apply.before': 60,
  'state.apply.after': 60,
  'state.lmdb.commit.before': 60,
  'state.lmdb.commit.row': 150,
  'state.lmdb.commit.inside': 60,
  'state.lmdb.commit.after': 60,
  'state.collect': 8,
}
const hitMaxDefault = 3

/** The plan of the kill with this number, from 0: decided by the seed and by the sites that the state machine has. */
export function planStateKill(seed: number, number: number, sites: readonly string[]): KillPlan {
  const random = new SeededRandom(seed, `state kill ${number}`)
  const deck = [...sites, ...Array<string>(4).fill('ack')].map((site) => {
    return { site, hitMax: hitMaxBySite[site] ?? hitMaxDefault }
  })
  return planOf(deal(deck, number, { seed, name: 'state deck' }), 60, random)
}
