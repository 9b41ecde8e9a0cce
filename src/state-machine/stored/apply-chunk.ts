/** One chunk from its checks to its report. */
import type { ApplyEntry } from '../core/check-chunk.ts'
import { checkChunk } from '../core/check-chunk.ts'
import { type ApplyResult, type ChunkPlan, planChunk } from '../core/plan-chunk.ts'
import { type AppliedState, type Lease, textOfKey } from '../core/values.ts'
import type { StateMedium } from '../medium.ts'
import type { ApplyReport } from '../state-machine.ts'
import type { StateMachineSettings } from './options.ts'

/** A chunk that was checked and planned; nothing of it is written. */
export interface PreparedChunk {
  /** `undefined`: there is nothing to be written. */
  readonly plan: ChunkPlan | undefined
  readonly collected: readonly Lease[]
  readonly known: readonly ApplyResult[]
}

/** @throws as `StateMachine.applyChunk`; nothing was changed */
export function prepareChunk(
  medium: StateMedium,
  entries: readonly ApplyEntry[],
  { settings, wantPrev }: { readonly settings: StateMachineSettings; readonly wantPrev: boolean },
): PreparedChunk {
  const { alreadyApplied, fresh } = checkChunk(entries, medium.head.applied, settings)
  const known = entries.slice(0, alreadyApplied).map(alreadyAppliedResult)
  if (fresh.length === 0) return { plan: undefined, collected: [], known }
  const plan = planChunk(medium, fresh, { format: medium.format, wantPrev })
  return { plan, collected: collectable(medium, plan, settings.collectPerApply), known }
}

export function reportOf(
  { plan, known }: PreparedChunk,
  applied: AppliedState,
  durable: AppliedState,
): ApplyReport {
  return {
    results: plan === undefined ? known : [...known, ...plan.results],
    applied,
    clock: applied.clock,
    chain: applied.chain,
    durable: durable.index >= applied.index,
    expired: plan?.expired ?? [],
  }
}

/** Stored rows, of those that the chunk leaves alone, that have expired when it is applied. At most `limit` are looked at. */
function collectable(medium: StateMedium, plan: ChunkPlan, limit: number): Lease[] {
  if (limit === 0) return []
  const leases = medium.leases({ from: 0, to: plan.after.applied.clock + 1 }, limit)
  return leases.filter(({ key }) => !plan.rows.has(textOfKey(key)))
}

function alreadyAppliedResult({ index, term }: ApplyEntry): ApplyResult {
  return { index, term, ok: false, code: 'ALREADY_APPLIED', changed: false }
}
