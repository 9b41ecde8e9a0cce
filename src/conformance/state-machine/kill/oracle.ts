/**
 * The rule that decides whether a recovered state machine is legal. Pure.
 *
 * Its position is one that an operation led to, not before the last that was acked as durable, and not after the last that was
 * issued. Everything that can be seen is what the model has at that position. Every listed snapshot can be read, and installs
 * to what the model has at its label. Opening twice changes nothing.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Finding } from '../../finding.ts'
import type { IssuedCall } from '../../kill/child-process.ts'
import type { ModelView } from '../model.ts'
import type { StateOperation } from './history.ts'
import type { StateLog } from './log.ts'

export interface RecoveredSnapshot {
  readonly index: number
  /** What a fresh replica holds after it was installed there. */
  readonly view: ModelView
}

export interface RecoveredState {
  readonly view: ModelView
  readonly digest: string
  /** The same, after opening it once more. */
  readonly again: string
  readonly snapshots: readonly RecoveredSnapshot[]
}

/** Where the state machine was before the process lived. */
export interface Start {
  /** All of it durable. */
  readonly applied: number
  /** The last index that any process ever handed in. A killed install may have left a snapshot of it that is not in use. */
  readonly handedIn: number
}

/** What a process did: an operation, or that it has read where the state machine was after a loss of power. */
export type JudgedOperation = StateOperation | { readonly kind: 'recovered'; readonly index: number }

export interface StateVerdict {
  readonly findings: readonly Finding[]
  /** As {@link Start.handedIn}, of the next life. */
  readonly handedIn: number
}

/** Judges what came back of a state machine; `undefined`: it could not be read. */
export function judgeState(
  log: StateLog,
  start: Start,
  issued: readonly IssuedCall<JudgedOperation>[],
  recovered: RecoveredState | undefined,
): StateVerdict {
  const { findings, legal, handedIn } = replay(log, start, issued)
  if (findings.length > 0 || recovered === undefined) return { findings, handedIn }
  const { view, digest, again, snapshots } = recovered
  findings.push(...judgePosition(view.index, legal), ...judgeView('The state', log, view))
  for (const snapshot of snapshots) {
    if (snapshot.index > handedIn) {
      findings.push({
        rule: 'never-issued',
        text: `A snapshot is of index ${snapshot.index}, which was never handed in`,
      })
    }
    findings.push(...judgeView(`The snapshot of ${snapshot.index}`, log, snapshot.view))
  }
  if (digest !== again) findings.push({ rule: 'reopen', text: 'Opening it once more changed it' })
  return { findings, handedIn }
}

interface Replay {
  readonly findings: Finding[]
  /** Positions that it may have come back at, in order: the first is durable. */
  readonly legal: readonly number[]
  readonly handedIn: number
}

function replay(log: StateLog, start: Start, issued: readonly IssuedCall<JudgedOperation>[]): Replay {
  let legal = [start.applied]
  let { handedIn } = start
  for (const [number, { operation, outcome }] of issued.entries()) {
    const before = legal.at(-1) ?? 0
    const position = positionAfter(before, operation)
    legal = operation.kind === 'recovered' ? [position] : [...legal, position]
    handedIn = Math.max(handedIn, position)
    if (outcome === undefined) continue
    const result = outcome.kind === 'done' ? (outcome.result as readonly string[]) : undefined
    const said = result?.at(-1) ?? ''
    if (outcome.kind === 'threw' || !said.startsWith('durable ')) {
      const why = outcome.kind === 'threw' ? `${outcome.error}: ${outcome.message ?? ''}` : said
      const how = outcome.kind === 'threw' ? 'thrown' : 'returned'
      const text = `Operation ${number + 1}, ${operation.kind}, has ${how} ${why}; it should have returned`
      return { findings: [{ rule: 'outcome', text }], legal, handedIn }
    }
    const durable = Number(said.slice('durable '.length))
    legal = operation.kind === 'reset' ? [0] : legal.filter((index) => index >= durable)
    // With a reset the snapshots go.
    if (operation.kind === 'reset') handedIn = 0
    if (operation.kind !== 'apply') continue
    const findings = judgeResults(log, before, operation, { number, results: result?.slice(0, -1) ?? [] })
    if (findings.length > 0) return { findings, legal, handedIn }
  }
  return { findings: [], legal, handedIn }
}

/** Where the state machine is after the operation, when it was at `before`. */
export function positionAfter(before: number, operation: JudgedOperation): number {
  switch (operation.kind) {
    case 'apply':
    case 'install':
      return Math.max(before, operation.through)
    case 'reset':
      return 0
    case 'recovered':
      return operation.index
    default:
      return before
  }
}

function judgePosition(index: number, legal: readonly number[]): Finding[] {
  if (legal.includes(index)) return []
  const [durable = 0] = legal
  if (index < durable)
    return [{ rule: 'acked-lost', text: `Index ${durable} was durable, and ${index} came back` }]
  if (index > Math.max(...legal))
    return [{ rule: 'never-issued', text: `Index ${index} was never handed in` }]
  return [{ rule: 'partial', text: `Index ${index} is in the middle of a chunk` }]
}

function judgeResults(
  log: StateLog,
  applied: number,
  { from, through }: Extract<StateOperation, { kind: 'apply' }>,
  { number, results }: { readonly number: number; readonly results: readonly string[] },
): Finding[] {
  const model = log.modelAt(applied)
  const expected = log.entries(from, through).map((entry) => model.apply(entry).code)
  if (isDeepStrictEqual(results, expected)) return []
  const [found, wanted] = [results, expected].map((codes) => codes.join(' '))
  const text = `Operation ${number + 1}, apply, has returned ${found} for entries ${from} to ${through}; it should have returned ${wanted}`
  return [{ rule: 'outcome', text }]
}

function judgeView(what: string, log: StateLog, view: ModelView): Finding[] {
  const expected = log.modelAt(view.index).view()
  if (isDeepStrictEqual(asSent(view), asSent(expected))) return []
  const [found, wanted] = [view, expected].map((shown) => JSON.stringify(shown).slice(0, 800))
  return [{ rule: 'partial', text: `${what} is not that of its index: ${found}, and should be ${wanted}` }]
}

/** What is undefined does not come through a line of JSON. */
function asSent(view: ModelView): unknown {
  return JSON.parse(JSON.stringify(view))
}
