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
import type { RunLog } from './log.ts'

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

/** Judges what came back of a state machine. */
export function judgeState(
  log: RunLog,
  start: Start,
  issued: readonly IssuedCall<StateOperation>[],
  recovered: RecoveredState | undefined,
): readonly Finding[] {
  const { findings, legal, latest, through } = replay(log, start.applied, issued)
  if (findings.length > 0 || recovered === undefined) return findings
  const { view, digest, again, snapshots } = recovered
  if (view.index < latest)
    findings.push({ rule: 'acked-lost', text: `Index ${latest} was durable, and ${view.index} came back` })
  else if (view.index > through)
    findings.push({ rule: 'never-issued', text: `Index ${view.index} was never handed in` })
  else if (!legal.has(view.index)) {
    findings.push({ rule: 'partial', text: `Index ${view.index} is in the middle of a chunk` })
  }
  findings.push(...judgeView('The state', log, view))
  const handedIn = Math.max(start.handedIn, through)
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
  return findings
}

interface Replay {
  readonly findings: Finding[]
  /** Positions that it may have come back at. */
  readonly legal: ReadonlySet<number>
  readonly latest: number
  readonly through: number
}

function replay(log: RunLog, start: number, issued: readonly IssuedCall<StateOperation>[]): Replay {
  const findings: Finding[] = []
  const legal = new Set([start])
  let position = start
  let latest = start
  for (const [number, { operation, outcome }] of issued.entries()) {
    const before = position
    if (operation.kind === 'apply' || operation.kind === 'install') {
      position = Math.max(position, operation.through)
      legal.add(position)
    }
    if (outcome === undefined) break
    const result = outcome.kind === 'done' ? (outcome.result as readonly string[]) : undefined
    const said = result?.at(-1) ?? ''
    if (outcome.kind === 'threw' || !said.startsWith('durable ')) {
      const why = outcome.kind === 'threw' ? `${outcome.error}: ${outcome.message ?? ''}` : said
      findings.push({
        rule: 'outcome',
        text: `Operation ${number + 1}, ${JSON.stringify(operation)}, has ended with ${why}`,
      })
      break
    }
    latest = Math.max(latest, Number(said.slice('durable '.length)))
    if (operation.kind === 'apply')
      findings.push(...judgeResults(log, before, operation, result?.slice(0, -1) ?? []))
  }
  return { findings, legal, latest, through: position }
}

function judgeResults(
  log: RunLog,
  applied: number,
  { from, through }: Extract<StateOperation, { kind: 'apply' }>,
  results: readonly string[],
): Finding[] {
  const model = log.modelAt(applied)
  const expected = log.entries(from, through).map((entry) => model.apply(entry).code)
  if (isDeepStrictEqual(results, expected)) return []
  return [
    {
      rule: 'outcome',
      text: `Entries ${from} to ${through} gave ${results.join(' ')}, and should ${expected.join(' ')}`,
    },
  ]
}

function judgeView(what: string, log: RunLog, view: ModelView): Finding[] {
  const expected = log.modelAt(view.index).view()
  if (isDeepStrictEqual(view, expected)) return []
  const [found, wanted] = [view, expected].map((shown) => JSON.stringify(shown).slice(0, 800))
  return [{ rule: 'partial', text: `${what} is not that of its index: ${found}, and should be ${wanted}` }]
}
