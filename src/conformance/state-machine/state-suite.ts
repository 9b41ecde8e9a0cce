/** The cases of the state machines' contract, as a suite. */
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { messageOf } from '../../message-of.ts'
import { AdapterError } from '../kit/index.ts'
import type { CaseResult } from '../report/case-result.ts'
import { tokenOf } from '../report/case-token.ts'
import type { SuiteResult } from '../report/suite-result.ts'
import type { StateMachineAdapter } from './adapter.ts'
import { runStateCase } from './run-state-case.ts'
import { type StateCase, StateCaseSkippedError } from './state-case.ts'
import { stateCases } from './state-cases.ts'

export interface StateSuiteOptions {
  /** As replay tokens call the adapter that was given. Default: the state machine's own name. */
  readonly adapterName?: string | undefined
  /** Default: all of them. */
  readonly cases?: readonly StateCase[] | undefined
  /** What was typed to name the adapter, for the command that replays. Default: nothing was. */
  readonly adapterArgument?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Called after each case. */
  readonly onProgress?: ((done: number, failed: number, planned: number) => void) | undefined
}

/** Runs every case. Those that fail do not stop the others. @throws {AdapterError} the adapter cannot be run @throws the signal's reason */
export async function runStateSuite(
  adapter: StateMachineAdapter,
  options: StateSuiteOptions = {},
): Promise<SuiteResult> {
  const { cases = stateCases, signal, onProgress } = options
  const startedAt = performance.now()
  const results: CaseResult[] = []
  for (const one of cases) {
    signal?.throwIfAborted()
    results.push(withToken(await runOne(adapter, one), adapter, options))
    onProgress?.(results.length, results.filter(({ outcome }) => outcome === 'failed').length, cases.length)
  }
  return { name: 'state-machine', cases: results, durationMs: performance.now() - startedAt }
}

function withToken(
  result: CaseResult,
  { name }: StateMachineAdapter,
  options: StateSuiteOptions,
): CaseResult {
  if (result.outcome !== 'failed') return result
  const { adapterName = name, adapterArgument } = options
  // The same each time: nothing is drawn.
  const token = { adapter: adapterName, suite: 'state-machine', caseId: result.id, seed: 0, path: '' }
  return { ...result, ...tokenOf(token, adapterArgument) }
}

async function runOne(adapter: StateMachineAdapter, one: StateCase): Promise<CaseResult> {
  const startedAt = performance.now()
  const named = { id: one.id, name: one.rule, ...(one.since !== undefined && { since: one.since }) }
  const missing = missingIn(adapter, one)
  if (missing !== undefined) return { ...named, outcome: 'skipped', durationMs: 0, ...missing }
  try {
    await runStateCase(adapter, one, home)
    return { ...named, outcome: 'passed', durationMs: performance.now() - startedAt }
  } catch (error) {
    if (error instanceof AdapterError) throw error
    if (error instanceof StateCaseSkippedError) return skipped(named, error)
    const reason = error instanceof Error ? `${error.name}: ${messageOf(error)}` : String(error)
    return { ...named, outcome: 'failed', reason, durationMs: performance.now() - startedAt }
  }
}

function skipped(
  named: Pick<CaseResult, 'id' | 'name'>,
  { message, missing }: StateCaseSkippedError,
): CaseResult {
  return { ...named, outcome: 'skipped', durationMs: 0, reason: message, missing: [missing] }
}

/** Cases that arm sites of Holdfast's own state machines. */
const withFailpoints = /^SM-(FAULT-00[1236-9]$|INSTALL-01[45])/

const oneByOne = { missing: 'concurrentCalls', why: 'one call follows the other there' } as const

/** What cases do that no line can carry. */
const notAcross: Readonly<Record<string, { readonly missing: string; readonly why: string }>> = {
  'SM-SNAP-002': oneByOne,
  'SM-SNAP-003S': oneByOne,
  'SM-INSTALL-002S': oneByOne,
  'SM-TTL-007': { missing: 'anyNumber', why: 'JSON has neither NaN nor infinity' },
}

function missingIn(
  adapter: StateMachineAdapter,
  { id, appliesTo }: StateCase,
): Pick<CaseResult, 'reason' | 'missing'> | undefined {
  if (appliesTo?.(adapter) === false)
    return { reason: `${adapter.name} makes no snapshots of kind native`, missing: ['native'] }
  const across = adapter.isRemote === true ? notAcross[id] : undefined
  if (across !== undefined)
    return { reason: `${adapter.name} is behind the line protocol: ${across.why}`, missing: [across.missing] }
  if (adapter.hasFailpoints !== false || !withFailpoints.test(id)) return undefined
  return { reason: 'only a state machine of Holdfast has its failpoints', missing: ['failpoints'] }
}

/** Nothing dies here but in this process, so that memory keeps as well as a disk. */
const home: string = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
