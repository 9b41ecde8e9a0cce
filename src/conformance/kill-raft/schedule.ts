/** When each child dies: at a hit of a failpoint, or after so many acks. Nothing is left to the clock. */
import { logSites } from '../../log/index.ts'
import { raftSites, snapshotSites } from '../../raft/index.ts'
import { type Card, deal, planOf } from '../kill/deck.ts'
import { type KillPlan, type LaneName, planKill } from '../kill/schedule.ts'
import { SeededRandom } from '../random.ts'
import type { RaftHistoryOperation } from './history.ts'

/** Sites differ in how often a history hits them. */
const hitMaxBySite: Readonly<Record<string, number>> = {
  'log.commit.before': 90,
  'log.commit.inside': 90,
  'log.commit.after': 90,
  'log.defer': 20,
  'raft.append': 25,
  'raft.save_hard_state': 15,
  'raft.save_with': 10,
  'snapshot.write': 4,
}
const hitMaxDefault = 3

/** Sites that are not hit by a history: reads, and calls that it never makes. */
const unused: readonly string[] = ['raft.replace_suffix', 'raft.reset', 'snapshot.remove', 'snapshot.open']

const sites: readonly string[] = [...logSites, ...raftSites, ...snapshotSites]
  .map(({ name }) => name)
  .filter((name) => !name.endsWith('.read') && !unused.includes(name))

type Compound = Card & { readonly during: RaftHistoryOperation['kind'] }

/** Calls that a store may be tempted to make of two transactions: it is killed after the first one, or before the second. */
const compounds: readonly Compound[] = [
  { site: 'log.commit.after', hitMax: 5, during: 'appendConflicting' },
  { site: 'log.commit.after', hitMax: 5, during: 'appendConflicting' },
  { site: 'log.commit.before', hitMax: 5, during: 'appendConflicting' },
  { site: 'log.commit.after', hitMax: 7, during: 'saveWith' },
  { site: 'log.commit.after', hitMax: 7, during: 'saveWith' },
  { site: 'log.commit.before', hitMax: 7, during: 'saveWith' },
  { site: 'log.commit.after', hitMax: 10, during: 'append' },
  { site: 'log.commit.after', hitMax: 10, during: 'save' },
  { site: 'log.commit.after', hitMax: 2, during: 'installSnapshot' },
  { site: 'log.commit.after', hitMax: 2, during: 'installSnapshot' },
  { site: 'log.commit.after', hitMax: 1, during: 'reopen' },
]

const cardOf = (site: string): Card => ({ site, hitMax: hitMaxBySite[site] ?? hitMaxDefault })

/** Every site is dealt once before any is dealt again, those of the commit several times. */
const deck: readonly Card[] = [
  ...sites.map(cardOf),
  ...sites
    .filter((name) => name.startsWith('log.commit.') || name.startsWith('snapshot.finish.'))
    .map(cardOf),
  ...compounds,
  ...Array<Card>(4).fill({ site: 'ack', hitMax: 0 }),
]

/** The plan of the kill with this number, from 0, in its lane: decided by the seed alone. */
export function planRaftKill(seed: number, lane: LaneName, number: number, hasFailpoints: boolean): KillPlan {
  if (!hasFailpoints || lane !== 'replayable') return planKill(seed, lane, number, hasFailpoints)
  const random = new SeededRandom(seed, `raft kill ${number}`)
  return planOf(deal(deck, number, { seed, name: 'raft deck' }), 120, random)
}
