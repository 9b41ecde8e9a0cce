/** Keeps a generated history to what a storage promises. Pure. */
import type { HistoryPlace, ValueOp } from './history.ts'
import type { FullCapabilities } from './kit/capabilities.ts'

export type OpKind = ValueOp['kind']

/** The operations that are never generated. */
export function unpromisedKinds(capabilities: FullCapabilities): ReadonlySet<OpKind> {
  const { replaceSuffix, trim, floor, metadata } = capabilities
  const kinds: readonly (readonly [isPromised: unknown, kinds: readonly OpKind[]])[] = [
    [replaceSuffix, ['appendOnPrefix']],
    [trim, ['trim']],
    [floor, ['setCompactedIdx']],
    [metadata, ['setPromise', 'setAcceptedRound', 'setDecidedIdx', 'setSnapshot', 'setStopsign']],
  ]
  return new Set(kinds.flatMap(([isPromised, unpromised]) => (isPromised ? [] : unpromised)))
}

/** `weights` without those of `left`. */
export function withoutKinds<K extends string>(
  weights: Readonly<Record<K, number>>,
  left: ReadonlySet<string>,
): Readonly<Record<K, number>> {
  const kept = Object.entries<number>(weights).map(([kind, weight]) => [kind, left.has(kind) ? 0 : weight])
  return Object.fromEntries(kept) as Record<K, number>
}

/** Whether `op` may leave a log without entries, which then need not know where it ended. */
export function mayEmpty(op: ValueOp, { firstIndex, nextIndex }: HistoryPlace): boolean {
  if (op.kind === 'trim') return op.upTo >= nextIndex
  return op.kind === 'appendOnPrefix' && op.from <= firstIndex && op.entries.length === 0
}
