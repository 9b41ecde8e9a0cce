/**
 * What a storage that promises less may come back as. Pure. A store of Holdfast's own port is given no leniency: it has no
 * capabilities, because it promises everything.
 */
import type { HistoryOperation } from './history.ts'
import { isCommit, modelOpsOf } from './history-model.ts'
import type { FullCapabilities } from './kit/capabilities.ts'
import type { LogModel, ModelDeferrableOp, ModelView } from './model.ts'
import type { Outcome } from './oracle.ts'

/** Whether everything before and with the operation is durable when it returns. */
export function isDurableOnReturn(
  operation: HistoryOperation,
  capabilities: FullCapabilities | undefined,
): boolean {
  if (capabilities === undefined || capabilities.defer || isCommit(operation)) return isCommit(operation)
  switch (operation.kind) {
    case 'getEntries':
      return false
    case 'trim':
      return capabilities.trim === 'returned'
    case 'setCompactedIdx':
      return capabilities.floor === 'returned'
    case 'setDecidedIdx':
    case 'setSnapshot':
      return capabilities.metadata === 'returned'
    default:
      // Several of them go down as one batch.
      return true
  }
}

/** How an error of a call that should have succeeded is to be taken. */
export type ErrorMeaning =
  /** It should not have been thrown. */
  | 'wrong'
  /** What was asked did not happen, and will not. */
  | 'did-not-happen'
  /** It may be there, or not. */
  | 'unknown'

/** A storage whose errors have no types may refuse what it likes, and is held to what it says about that. */
export function meaningOf(
  outcome: Extract<Outcome, { kind: 'threw' }>,
  capabilities: FullCapabilities | undefined,
): ErrorMeaning {
  // An adapter that hangs or dies is none that refuses.
  if (capabilities === undefined || capabilities.typedErrors || outcome.error === 'AdapterError')
    return 'wrong'
  return outcome.isDefinite === true ? 'did-not-happen' : 'unknown'
}

/** Where `operation`, in flight on a storage like `before`, may have stopped halfway. */
export function partialStates(
  before: LogModel<string>,
  operation: HistoryOperation,
  capabilities: FullCapabilities | undefined,
): LogModel<string>[] {
  const isPrefix = capabilities?.appendList === 'prefix'
  const [op] = modelOpsOf(operation)
  if (operation.kind === 'appendEntries' && op?.kind === 'append' && isPrefix) {
    return prefixesOf(op.entries).map((entries) => changed(before, { kind: 'append', entries }))
  }
  if (op?.kind !== 'replaceSuffix' || operation.kind !== 'appendOnPrefix') return []
  if (capabilities?.replaceSuffix !== 'stepwise') return []
  const truncated = changed(before, { ...op, entries: [] })
  const { nextIndex } = truncated.view()
  if (nextIndex !== op.from || !isPrefix) return [truncated]
  return [
    truncated,
    ...prefixesOf(op.entries).map((entries) => changed(truncated, { kind: 'append', entries })),
  ]
}

/** The proper ones, but for the empty one. */
function prefixesOf<T>(items: readonly T[]): T[][] {
  return items.slice(1).map((_, position) => items.slice(0, position + 1))
}

function changed(model: LogModel<string>, op: Parameters<LogModel<string>['commit']>[0][number]) {
  const copy = model.clone()
  copy.commit([op])
  return copy
}

/**
 * The state that `durable` and some of `pending`, in their order, lead to and that looks like `view`; `undefined` when there is
 * none. Names and the floor keep the last value that was set, and the highest trim counts: one of each is enough.
 */
export function explainBySubset(
  durable: LogModel<string>,
  pending: readonly ModelDeferrableOp<string>[],
  view: ModelView<string>,
): LogModel<string> | undefined {
  const meta = new Map(view.meta)
  const keys = new Set(pending.flatMap((op) => ('key' in op ? [op.key] : [])))
  const chosen = new Set<ModelDeferrableOp<string> | undefined>()
  for (const key of keys) {
    const value = meta.get(key)
    if (value === new Map(durable.view().meta).get(key)) continue
    chosen.add(
      pending.findLast(
        (op) => 'key' in op && op.key === key && ('value' in op ? op.value : undefined) === value,
      ),
    )
  }
  if (view.compactedIndex !== durable.view().compactedIndex) {
    chosen.add(pending.findLast((op) => op.kind === 'compact' && op.index === view.compactedIndex))
  }
  const trims = [undefined, ...pending.filter(({ kind }) => kind === 'trim')]
  for (const trim of trims) {
    const copy = durable.clone()
    copy.commit(pending.filter((op) => chosen.has(op) || op === trim))
    if (JSON.stringify(copy.view()) === JSON.stringify(view)) return copy
  }
  return undefined
}
