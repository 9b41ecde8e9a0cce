/**
 * The rule that decides whether a recovered store is legal. Pure: what was issued and acked, and what came back, give
 * findings.
 *
 * A store that died may come back as it was after any of the operations from the last acked commit on, to the one that was
 * in flight: everything acked as durable is there, an operation in flight is there whole or not at all, and what was
 * deferred is there as a prefix. It may not come back as anything else.
 */
import { differences } from './differences.ts'
import type { Finding } from './finding.ts'
import type { HistoryOperation } from './history.ts'
import { applyToModel, labelsIn, modelOpsOf } from './history-model.ts'
import type { FullCapabilities } from './kit/capabilities.ts'
import { explainBySubset, isDurableOnReturn, meaningOf, partialStates } from './leniency.ts'
import { type LogModel, type ModelDeferrableOp, ModelRefusal, type ModelView } from './model.ts'

/** How a call ended, as the process that made it told. */
export type Outcome =
  /** `result` is the log's length after an append, the values that were read after a read. */
  | { readonly kind: 'done'; readonly result?: number | readonly string[] | undefined }
  /** `error` is the name of what was thrown. */
  | {
      readonly kind: 'threw'
      readonly error: string
      readonly message?: string | undefined
      /** Whether the store says of itself that the write is in doubt, or that it is not. */
      readonly inDoubt?: boolean | undefined
      /** The store says that what was asked did not happen, and will not. Of a stranger's errors only. */
      readonly isDefinite?: boolean | undefined
    }

export interface IssuedOperation {
  readonly operation: HistoryOperation
  /**
   * `undefined`: it was not acked, so it was in flight when the process died. Only the last one can be, or can have thrown what
   * leaves it unknown whether it happened.
   */
  readonly outcome: Outcome | undefined
}

/** What came back. */
export interface Recovered {
  readonly view: ModelView<string>
  /** What contradicts the cursor, in words. */
  readonly audit: readonly string[]
  /** The same, after opening it once more. */
  readonly again: { readonly view: ModelView<string>; readonly audit: readonly string[] }
}

export interface Verdict {
  /** Empty: the store is legal. */
  readonly findings: readonly Finding[]
  /** What the model says the store is now. `undefined` when it is nothing that the model knows. */
  readonly survivor: LogModel<string> | undefined
}

/**
 * Judges what came back of a store that was as `start` says, all of it durable, when the first of `issued` was called. Where
 * nothing could be read of it, `recovered` is `undefined`, and only how the calls ended is judged. `capabilities` are those of a store that
 * promises less than everything.
 */
export function judge(
  start: LogModel<string>,
  issued: readonly IssuedOperation[],
  recovered: Recovered | undefined,
  capabilities?: FullCapabilities,
): Verdict {
  const history = replay(start, issued, capabilities)
  if (history.findings.length > 0 || recovered === undefined)
    return { findings: history.findings, survivor: undefined }
  const physical = [...judgeAudit(recovered), ...judgeReopen(recovered)]
  const survivor =
    history.legal.find((model) => isSameView(model.view(), recovered.view)) ??
    subsetSurvivor(history, recovered.view, capabilities)
  if (survivor !== undefined) return { findings: physical, survivor: settled(survivor) }
  const legalViews = history.legal.map((model) => model.view())
  const seen = valuesIn(history.seen)
  const accepted = issued.filter(({ outcome }) => outcome?.kind !== 'threw')
  const issuedValues = new Set(accepted.flatMap(({ operation }) => labelsIn(operation)))
  const findings = differences(legalViews, recovered.view, { seen, issued: issuedValues })
  return { findings: [...findings, ...physical], survivor: undefined }
}

interface Replay {
  readonly findings: readonly Finding[]
  /** What the store may have come back as, oldest first. The first of them is durable. */
  readonly legal: readonly LogModel<string>[]
  /** What was deferred since. */
  readonly pending: readonly ModelDeferrableOp<string>[]
  /** Every state that there was. */
  readonly seen: readonly ModelView<string>[]
}

/** Runs the history on the model, comparing how each call ended. */
function replay(
  start: LogModel<string>,
  issued: readonly IssuedOperation[],
  capabilities: FullCapabilities | undefined,
): Replay {
  const model = start.clone()
  let legal = [model.clone()]
  let pending: ModelDeferrableOp<string>[] = []
  const seen = [model.view()]
  const findings: Finding[] = []
  for (const [position, { operation, outcome }] of issued.entries()) {
    const before = model.clone()
    const isDurable = isDurableOnReturn(operation, capabilities)
    const expected = expectedOutcome(model, operation, isDurable)
    const meaning =
      outcome?.kind === 'threw' && expected.kind === 'done' ? meaningOf(outcome, capabilities) : 'wrong'
    if (meaning === 'did-not-happen') {
      model.become(before)
      continue
    }
    const isUnknown = outcome === undefined || meaning === 'unknown'
    if (!isUnknown) findings.push(...compareOutcome(position, operation, { expected, outcome, capabilities }))
    if (findings.length > 0) break
    if (!isDurable) pending = [...pending, ...(modelOpsOf(operation) as ModelDeferrableOp<string>[])]
    else if (!isUnknown && expected.kind === 'done') pending = []
    const partial =
      isUnknown && expected.kind === 'done' ? partialStates(before, operation, capabilities) : []
    const isSettled = !isUnknown && outcome.kind === 'done' && isDurable
    legal = isSettled ? [model.clone()] : [...legal, ...partial, model.clone()]
    seen.push(...partial.map((state) => state.view()), model.view())
  }
  return { findings, legal, pending, seen }
}

/** What was deferred may be lost in any part, where no more is promised. */
function subsetSurvivor(
  { legal: [durable], pending }: Replay,
  view: ModelView<string>,
  capabilities: FullCapabilities | undefined,
): LogModel<string> | undefined {
  if (durable === undefined || capabilities === undefined) return undefined
  if (capabilities.defer || capabilities.lostDeferred === 'suffix') return undefined
  return explainBySubset(durable, pending, view)
}

/** Does the operation to the model, and says how the call ends. */
export function expectedOutcome(
  model: LogModel<string>,
  operation: HistoryOperation,
  isDurable?: boolean,
): Outcome {
  try {
    applyToModel(model, operation, isDurable)
  } catch (error) {
    if (!(error instanceof ModelRefusal)) throw error
    return { kind: 'threw', error: error.why === 'gap' ? 'LogGapError' : 'CompactedError' }
  }
  if (operation.kind === 'getEntries')
    return { kind: 'done', result: model.read(operation.from, operation.to) }
  const { nextIndex, compactedIndex } = model.view()
  return {
    kind: 'done',
    result: operation.kind.startsWith('append') ? nextIndex - compactedIndex : undefined,
  }
}

export interface Ended {
  readonly expected: Outcome
  readonly outcome: Outcome
  readonly capabilities: FullCapabilities | undefined
}

/** What is wrong with how a call ended. `position` is its own, from 0. */
export function compareOutcome(
  position: number,
  operation: { readonly kind: string },
  { expected, outcome, capabilities }: Ended,
): Finding[] {
  if (describeOutcome(expected) === describeOutcome(outcome)) return []
  const isRefused = expected.kind === 'threw' && outcome.kind === 'threw' && outcome.error !== 'AdapterError'
  // Only who promises types has the right one to give.
  if (isRefused && capabilities !== undefined && !capabilities.typedErrors) return []
  const said = outcome.kind === 'threw' && outcome.message ? ` (${outcome.message})` : ''
  const text =
    `Operation ${position + 1}, ${operation.kind}, has ${describeOutcome(outcome)}${said}; ` +
    `it should have ${describeOutcome(expected)}`
  return [{ rule: 'outcome', text }]
}

/** Fits after "has": `returned 3`, `thrown LogGapError`. */
export function describeOutcome(outcome: Outcome): string {
  if (outcome.kind === 'threw') return `thrown ${outcome.error}`
  const { result } = outcome
  return result === undefined ? 'returned nothing' : `returned ${JSON.stringify(result)}`
}

function judgeAudit({ audit, again }: Recovered): Finding[] {
  const texts = new Set([...audit, ...again.audit])
  return [...texts].map((text) => ({
    rule: 'audit',
    text: `The audit finds what the view does not show: ${text}`,
  }))
}

function judgeReopen({ view, again }: Recovered): Finding[] {
  if (isSameView(view, again.view)) return []
  const [first] = differences([view], again.view, { seen: valuesIn([view]), issued: new Set() })
  const what = first === undefined ? 'the two views differ' : first.text
  return [{ rule: 'reopen', text: `Opening it once more, without a write between, changed it: ${what}` }]
}

/** Everything it shows is durable: it was read from the medium. */
function settled(model: LogModel<string>): LogModel<string> {
  const copy = model.clone()
  copy.flush()
  return copy
}

export function isSameView(a: ModelView<string>, b: ModelView<string>): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function valuesIn(views: readonly ModelView<string>[]): ReadonlySet<string> {
  return new Set(views.flatMap(({ entries, meta }) => [...entries, ...meta].map(([, value]) => value)))
}
