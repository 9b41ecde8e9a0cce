/** When each child dies: at a hit of a failpoint, or after so many acks. Nothing is left to the clock. */
import { logSites } from '../../log/index.ts'
import { raftSites, snapshotSites } from '../../raft/index.ts'
import type { KillPlan } from '../kill/schedule.ts'
import { SeededRandom } from '../random.ts'

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

/** Every site is dealt once before any is dealt again, those of the commit several times. */
const deck: readonly string[] = [
  ...sites,
  ...sites.filter((name) => name.startsWith('log.commit.') || name.startsWith('snapshot.finish.')),
  ...Array<string>(4).fill('ack'),
]

/** The plan of the kill with this number, from 0: decided by the seed alone. */
export function planRaftKill(seed: number, number: number): KillPlan {
  const random = new SeededRandom(seed, `raft kill ${number}`)
  const round = Math.floor(number / deck.length)
  const site = new SeededRandom(seed, `raft deck ${round}`).shuffled(deck)[number % deck.length]
  if (site === undefined || site === 'ack') return { kind: 'ack', acks: random.integer(1, 120) }
  return { kind: 'failpoint', site, hit: random.integer(1, hitMaxBySite[site] ?? hitMaxDefault) }
}
