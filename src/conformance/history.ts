/**
 * Generated operations on Paxos storage, in a form that can be written as a line of JSON. A value is named by a number and a size; its bytes are made from these where they are needed.
 */

import type { Ballot, PaxosOp, StopSign } from '../paxos/index.ts'
import type { FullCapabilities } from './kit/capabilities.ts'
import { mayEmpty, type OpKind, unpromisedKinds, withoutKinds } from './promised-history.ts'
import type { SeededRandom } from './random.ts'
import { sizeOfValue } from './value-sizes.ts'

/** A value, by name: no two of a history have the same number, but for those of 0 bytes. */
export interface NamedValue {
  readonly number: number
  /** 0, or 8 and more. */
  readonly size: number
}

export type ValueOp = PaxosOp<NamedValue, NamedValue>

/** One call. `reopen` closes the storage and opens it again. */
export type HistoryOperation =
  | ValueOp
  | { readonly kind: 'writeAtomically'; readonly ops: readonly ValueOp[] }
  | { readonly kind: 'flush' }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'getEntries'; readonly from: number; readonly to: number }

/** What generating needs to know of the storage. */
export interface HistoryPlace {
  readonly firstIndex: number
  readonly nextIndex: number
  readonly compactedIndex: number
}

const mixed = {
  appendEntry: 24,
  appendEntries: 12,
  appendOnPrefix: 10,
  setPromise: 8,
  setAcceptedRound: 6,
  setDecidedIdx: 8,
  trim: 6,
  setCompactedIdx: 6,
  setSnapshot: 4,
  setStopsign: 3,
} as const

const noAppends = { appendEntry: 0, appendEntries: 0, appendOnPrefix: 0 } as const
const noCommits = { ...noAppends, setPromise: 0, setAcceptedRound: 0, setStopsign: 0 } as const

/**
 * What a history is about for a while. States that an even mixture leaves at once last longer so, and a kill finds them:
 * a log that holds nothing, and much that was deferred.
 */
const moods = {
  mixed,
  shrinking: { ...mixed, trim: 40, setCompactedIdx: 20 },
  voting: { ...mixed, ...noAppends },
  deferring: { ...mixed, ...noCommits },
} as const

const moodWeights = { mixed: 5, shrinking: 2, voting: 2, deferring: 2 } as const

const callWeights = { one: 87, writeAtomically: 14, flush: 4, reopen: 3, getEntries: 6 } as const
/** Above so many entries a history trims more than it appends, so that it may go on for ever. */
const entriesMany = 120

/** An endless history. Every choice is made by `random`, from what the storage is like at that moment. */
export class HistoryGenerator {
  readonly #random: SeededRandom
  #valueNumber: number
  #round: number
  #mood: keyof typeof moods = 'mixed'
  #callsLeft = 0
  readonly #capabilities: FullCapabilities | undefined
  readonly #unpromised: ReadonlySet<OpKind>

  /**
   * Values are numbered from `firstValue`, rounds from `firstRound`: above all that were used before. Nothing is generated that
   * `capabilities` do not promise; without them, everything is.
   */
  constructor(random: SeededRandom, firstValue: number, firstRound: number, capabilities?: FullCapabilities) {
    this.#random = random
    this.#valueNumber = firstValue
    this.#round = firstRound
    this.#capabilities = capabilities
    this.#unpromised = capabilities === undefined ? new Set() : unpromisedKinds(capabilities)
  }

  next(place: HistoryPlace): HistoryOperation {
    if (this.#callsLeft-- <= 0) this.#changeMood()
    const isBatched = this.#capabilities?.batch ?? true
    const call = this.#random.weighted(isBatched ? callWeights : { ...callWeights, writeAtomically: 0 })
    switch (call) {
      case 'one':
        return this.#op(place)
      case 'writeAtomically':
        return { kind: 'writeAtomically', ops: this.#batch(place) }
      case 'flush':
      case 'reopen':
        return { kind: call }
      case 'getEntries': {
        const from = this.#random.integer(Math.max(0, place.firstIndex - 2), place.nextIndex + 1)
        return { kind: call, from, to: from + this.#random.integer(0, 6) }
      }
      default:
        return call satisfies never
    }
  }

  #changeMood(): void {
    this.#mood = this.#random.weighted(moodWeights)
    this.#callsLeft = this.#random.integer(4, 20)
  }

  #batch(place: HistoryPlace): ValueOp[] {
    const count = this.#random.integer(1, 5)
    return Array.from({ length: count }, () => this.#op(place, true))
  }

  /** A log that may forget where it ended keeps an entry. */
  #op(place: HistoryPlace, isInBatch = false): ValueOp {
    const op = this.#anyOp(place)
    if (this.#capabilities?.endRemembered !== false) return op
    const isShrinking = op.kind === 'trim' || op.kind === 'appendOnPrefix'
    if (!(isInBatch ? isShrinking : mayEmpty(op, place))) return op
    return { kind: 'appendEntry', entry: this.#value() }
  }

  #anyOp(place: HistoryPlace): ValueOp {
    const isLong = place.nextIndex - place.firstIndex > entriesMany
    const kind = this.#random.weighted(this.#weights(isLong ? 'shrinking' : this.#mood))
    switch (kind) {
      case 'appendEntry':
        return { kind, entry: this.#value() }
      case 'appendEntries':
        return { kind, entries: this.#values(this.#random.chance(0.1) ? 40 : 6) }
      case 'appendOnPrefix':
        return this.#appendOnPrefix(place)
      case 'setPromise':
      case 'setAcceptedRound':
        return { kind, ballot: this.#ballot() }
      case 'setDecidedIdx':
        return { kind, index: this.#random.integer(1, place.nextIndex + 1) }
      case 'trim':
        return { kind, upTo: this.#trimmed(place) }
      case 'setCompactedIdx':
        return { kind, index: this.#floor(place) }
      case 'setSnapshot':
        return { kind, snapshot: this.#random.chance(0.25) ? undefined : this.#value() }
      case 'setStopsign':
        return { kind, stopsign: this.#random.chance(0.3) ? undefined : this.#stopsign() }
      default:
        return kind satisfies never
    }
  }

  /** Appends are promised by every log: where a mood has nothing else left, they are what there is. */
  #weights(mood: keyof typeof moods): typeof mixed | (typeof moods)[keyof typeof moods] {
    if (this.#unpromised.size === 0) return moods[mood]
    const left = withoutKinds(moods[mood], this.#unpromised)
    const some = Object.values(left).some((weight) => weight > 0)
      ? left
      : withoutKinds(mixed, this.#unpromised)
    return some as typeof mixed
  }

  /** Mostly inside of the log; now and then where it must be refused: below the floor, or beyond a gap. */
  #appendOnPrefix({ firstIndex, nextIndex, compactedIndex }: HistoryPlace): ValueOp {
    const lowest = Math.max(firstIndex, compactedIndex)
    const where = this.#random.weighted({ inside: 12, nearEnd: 12, below: 2, gap: 2 })
    const from = {
      inside: () => this.#random.integer(lowest, nextIndex),
      nearEnd: () => Math.max(lowest, nextIndex - this.#random.integer(0, 3)),
      below: () => Math.max(0, lowest - this.#random.integer(1, 3)),
      gap: () => nextIndex + this.#random.integer(1, 3),
    }[where]()
    return { kind: 'appendOnPrefix', from, entries: this.#values(5) }
  }

  /** Often everything: a log that holds no entries must not forget where it ends. */
  #trimmed({ firstIndex, nextIndex }: HistoryPlace): number {
    if (this.#random.chance(0.25)) return nextIndex + this.#random.integer(0, 2)
    return this.#random.integer(firstIndex, nextIndex)
  }

  /** Mostly a little further up; now and then past the end, as a leader's snapshot, or down again, as a rollback. */
  #floor({ firstIndex, nextIndex, compactedIndex }: HistoryPlace): number {
    const where = this.#random.weighted({ inside: 14, pastEnd: 1, down: 3 })
    return {
      inside: () => this.#random.integer(Math.min(compactedIndex, nextIndex), nextIndex),
      pastEnd: () => nextIndex + this.#random.integer(1, 4),
      down: () => this.#random.integer(Math.min(firstIndex, compactedIndex), compactedIndex),
    }[where]()
  }

  #values(countMax: number): NamedValue[] {
    return Array.from({ length: this.#random.integer(0, countMax) }, () => this.#value())
  }

  #value(): NamedValue {
    return { number: this.#valueNumber++, size: sizeOfValue(this.#random) }
  }

  #ballot(): Ballot {
    return {
      configId: 1,
      n: this.#round++,
      priority: this.#random.integer(0, 2),
      pid: this.#random.integer(1, 5),
    }
  }

  #stopsign(): StopSign {
    const nodes = [1, 2, 3].map((node) => node + this.#random.integer(0, 9))
    const nextConfig = { configurationId: this.#random.integer(2, 1_000_000), nodes }
    if (this.#random.chance(0.5)) return { nextConfig }
    return { nextConfig: { ...nextConfig, flexibleQuorum: { readQuorumSize: 2, writeQuorumSize: 2 } } }
  }
}
