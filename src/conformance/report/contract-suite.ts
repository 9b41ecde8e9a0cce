import { setImmediate } from 'node:timers/promises'
import { nameAndMessageOf } from '../../message-of.ts'
import type { LogAdapter } from '../adapter.ts'
import { type ContractCase, casesFor, missingIn, runContractCase } from '../contract/index.ts'
import { AdapterError } from '../kit/adapter-error.ts'
import type { CaseResult } from './case-result.ts'
import { tokenOf } from './case-token.ts'
import { describeMissing } from './missing.ts'
import type { SuiteResult } from './suite-result.ts'

export interface ContractSuiteOptions {
  /** Called after each case. */
  readonly onProgress?: ((done: number, failed: number, planned: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /** What was typed to name the adapter, for the command that replays. Default: nothing was. */
  readonly adapterArgument?: string | undefined
  /** Default: all that are about a store of the adapter's kind. */
  readonly cases?: readonly ContractCase[] | undefined
}

/**
 * Runs every case of the contract. Those that fail do not stop the others.
 * @throws {AdapterError} the adapter cannot be run: nothing is known of the storage
 * @throws the signal's reason
 */
export async function runContractSuite(
  adapter: LogAdapter,
  options: ContractSuiteOptions = {},
): Promise<SuiteResult> {
  const { onProgress, signal, adapterArgument, cases = casesFor(adapter) } = options
  const startedAt = performance.now()
  const results: CaseResult[] = []
  for (const contractCase of cases) {
    // Cases are synchronous: between them a signal must get its turn.
    await setImmediate()
    signal?.throwIfAborted()
    results.push(withToken(runOne(adapter, contractCase), adapter.name, adapterArgument))
    onProgress?.(results.length, results.filter(({ outcome }) => outcome === 'failed').length, cases.length)
  }
  return { name: 'contract', cases: results, durationMs: performance.now() - startedAt }
}

function withToken(result: CaseResult, adapter: string, adapterArgument: string | undefined): CaseResult {
  if (result.outcome !== 'failed') return result
  // The same each time: nothing is drawn.
  const token = { adapter, suite: 'contract', caseId: result.id, seed: 0, path: '' }
  return { ...result, ...tokenOf(token, adapterArgument) }
}

function runOne(adapter: LogAdapter, contractCase: ContractCase): CaseResult {
  const startedAt = performance.now()
  const result = (): Omit<CaseResult, 'outcome'> => ({
    id: contractCase.id,
    name: contractCase.rule,
    ...(contractCase.since !== undefined && { since: contractCase.since }),
    ...(contractCase.requirement !== undefined && { requirement: contractCase.requirement }),
    durationMs: performance.now() - startedAt,
  })
  const missing = missingIn(adapter, contractCase.requires ?? [])
  if (missing.length > 0) {
    return { ...result(), outcome: 'skipped', reason: describeMissing(adapter, missing), missing }
  }
  try {
    runContractCase(adapter, contractCase)
    return { ...result(), outcome: 'passed' }
  } catch (error) {
    if (isOptional(error))
      return { ...result(), outcome: 'skipped', reason: error.message, missing: [error.method] }
    if (error instanceof AdapterError) throw error
    const reason = nameAndMessageOf(error)
    return { ...result(), outcome: 'failed', reason }
  }
}

/** A method that an engine's storage may leave out: what needs it is skipped, and says which. */
function isOptional(error: unknown): error is AdapterError & { readonly method: string } {
  return error instanceof AdapterError && error.kind === 'missing-method' && error.method !== undefined
}
