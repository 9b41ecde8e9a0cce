/** Moments of death are dealt like cards: every one once before any comes again. */
import { SeededRandom } from '../random.ts'
import type { KillPlan } from './schedule.ts'

/** A site that is hit, or `ack`. */
export interface Card {
  readonly site: string
  /** Sites differ in how often a history hits them. */
  readonly hitMax: number
  /** Only those hits count that come within such calls. */
  readonly during?: string
}

/** The card with this number, from 0, when `deck` is shuffled anew each time it is used up. `name` tells decks of one seed apart. */
export function deal(
  deck: readonly Card[],
  number: number,
  { seed, name }: { readonly seed: number; readonly name: string },
): Card | undefined {
  const round = Math.floor(number / deck.length)
  return new SeededRandom(seed, `${name} ${round}`).shuffled(deck)[number % deck.length]
}

/** The death that the card stands for; without one, that after at most `acksMax` acks. */
export function planOf(card: Card | undefined, acksMax: number, random: SeededRandom): KillPlan {
  if (card === undefined || card.site === 'ack') return { kind: 'ack', acks: random.integer(1, acksMax) }
  const { site, hitMax, during } = card
  return { kind: 'failpoint', site, hit: random.integer(1, hitMax), during }
}
