/** What a killed child does to its state machine, in a form that can be written as a line of JSON. */
import type { SeededRandom } from '../../random.ts'
import type { ModelEntry } from '../model.ts'

/** Of a history that is written down: the entries of the log that it is the first to hand in. */
interface Bringing {
  readonly entries?: readonly ModelEntry[]
}

export type StateOperation =
  /** A chunk of the log: entries `from` to `through`, of which some may be applied already. */
  | (Bringing & { readonly kind: 'apply'; readonly from: number; readonly through: number })
  /** The snapshot of another replica, at that index. */
  | (Bringing & { readonly kind: 'install'; readonly through: number; readonly native: boolean })
  | { readonly kind: 'snapshot'; readonly native: boolean }
  | { readonly kind: 'collect'; readonly limit: number }
  | { readonly kind: 'flush' }
  | { readonly kind: 'checkpoint' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'reopen' }

const weights = {
  apply: 60,
  again: 6,
  snapshot: 4,
  install: 3,
  collect: 6,
  flush: 3,
  checkpoint: 3,
  reset: 1,
  reopen: 3,
} as const

/** The next operation, when so much is applied here, and so much at the replica that snapshots come from. */
export function nextOperation(
  random: SeededRandom,
  at: { readonly applied: number; readonly leader: number; readonly hasNative: boolean },
): StateOperation {
  const kind = random.weighted(weights)
  const native = at.hasNative && random.chance(0.5)
  switch (kind) {
    case 'apply':
      return { kind, from: at.applied + 1, through: at.applied + random.integer(1, 12) }
    case 'again':
      return {
        kind: 'apply',
        from: Math.max(1, at.applied - random.integer(0, 5)),
        through: at.applied + random.integer(0, 3),
      }
    case 'snapshot':
      return { kind, native }
    case 'install':
      return { kind, native, through: Math.max(at.applied, at.leader) + random.integer(1, 30) }
    case 'collect':
      return { kind, limit: random.integer(1, 5) }
    case 'flush':
    case 'checkpoint':
    case 'reset':
    case 'reopen':
      return { kind }
    default:
      return kind satisfies never
  }
}
