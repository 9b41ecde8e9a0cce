/**
 * The rule that decides whether recovered Raft storage is legal. Pure.
 *
 * The log and the hard state may come back as they were after any of the operations from the last acked commit on, to the one
 * that was in flight. A snapshot that was acked is there, and readable; one in flight is there whole or not at all. Nothing else
 * is legal: no acked entry lost, no vote changed within its term, no boundary without its term. Of storage of another make, what it
 * promises decides what else may come back.
 */
import type { Finding } from '../finding.ts'
import type { IssuedCall } from '../kill/child-process.ts'
import type { FullCapabilities } from '../kit/capabilities.ts'
import { type ErrorMeaning, meaningOf } from '../leniency.ts'
import { describeOutcome, type Outcome } from '../oracle.ts'
import type { RaftHistoryOperation } from './history.ts'
import { commitsAfter, partialLogs, promisedOf } from './leniency.ts'
import { applyOperation, type Labelled, lastOf, type RaftLogState, type RaftState, textOf } from './model.ts'

/** What came back, as the model has it. */
export interface RaftView {
  readonly state: RaftState
  /** As the storage says, not counted. */
  readonly firstIndex: number
  readonly lastIndex: number
  readonly lastTerm: number
  /** What contradicts the cursor, in words. */
  readonly audit: readonly string[]
  /** Snapshots of which the storage says that they cannot be used, in words: those of a crash, or damaged ones. */
  readonly unusable?: readonly string[]
}

export interface RaftRecovered extends RaftView {
  /** The same, after opening it once more. */
  readonly again: RaftView
}

export interface RaftVerdict {
  /** Empty: the storage is legal. */
  readonly findings: readonly Finding[]
  /** What it is now. `undefined` when it is nothing that the model knows. */
  readonly survivor: RaftState | undefined
}

/** Judges what came back of storage that was as `start` says, all of it durable, when the first of `issued` was called. */
export function judgeRaft(
  start: RaftState,
  issued: readonly IssuedCall<RaftHistoryOperation>[],
  recovered: RaftRecovered | undefined,
  capabilities?: FullCapabilities,
): RaftVerdict {
  const { findings, ...legal } = replay(start, issued, capabilities)
  if (findings.length > 0 || recovered === undefined) return { findings, survivor: undefined }
  return judgeRecovered(legal, recovered, capabilities)
}

/** Judges what came back where it may be any of `legal`. */
export function judgeRecovered(
  { logs, commits, snapshots, snapshotsInFlight }: LegalRaft,
  recovered: RaftRecovered,
  capabilities?: FullCapabilities,
): RaftVerdict {
  const physical = [...judgeAudit(recovered), ...judgeEnds(recovered), ...judgeReopen(recovered)]
  const snapshotFindings = judgeSnapshots(snapshots, snapshotsInFlight, recovered.state.snapshots)
  const promised = logs.map((log) => promisedOf(log, capabilities))
  const found = promisedOf(recovered.state.log, capabilities)
  const log = promised.find((legal) => isSameLog(legal, found))
  const all = [...physical, ...snapshotFindings]
  // An older vote has an older commit index, which is told with it.
  if (log !== undefined) all.push(...judgeCommit(commits, recovered.state.log, capabilities))
  if (log !== undefined && snapshotFindings.length === 0) return { findings: all, survivor: recovered.state }
  if (log === undefined) all.unshift(...judgeLog(promised, found))
  return { findings: all, survivor: undefined }
}

/** What may come back. */
export interface LegalRaft {
  /** What the log may have come back as, oldest first. */
  readonly logs: readonly RaftLogState[]
  /** The commit indexes that may have come back, where they are not part of what is promised. */
  readonly commits: ReadonlySet<number | undefined>
  readonly snapshots: readonly Labelled[]
  /** They may be there or not. */
  readonly snapshotsInFlight: readonly Labelled[]
}

interface Replay extends LegalRaft {
  readonly findings: readonly Finding[]
}

function replay(
  start: RaftState,
  issued: readonly IssuedCall<RaftHistoryOperation>[],
  capabilities: FullCapabilities | undefined,
): Replay {
  let state = start
  let logs = [start.log]
  let commits: LegalRaft['commits'] = new Set([start.log.commit])
  let snapshots = start.snapshots
  const findings: Finding[] = []
  for (const [position, { operation, outcome }] of issued.entries()) {
    const { state: next, durable, outcome: expected } = applyOperation(state, operation, capabilities)
    const isOther = outcome !== undefined && describeOutcome(outcome) !== describeOutcome(expected)
    const meaning = isOther ? meaningOfError(outcome, expected, capabilities) : undefined
    if (meaning === 'did-not-happen') continue
    if (outcome !== undefined && meaning === 'wrong') {
      const said = outcome.kind === 'threw' && outcome.message ? ` (${outcome.message})` : ''
      const text = `Operation ${position + 1}, ${operation.kind}, has ${describeOutcome(outcome)}${said}; it should have ${describeOutcome(expected)}`
      findings.push({ rule: 'outcome', text })
      break
    }
    const isAcked = outcome !== undefined && meaning === undefined
    const halfway = isAcked ? [] : partialLogs(state.log, operation, capabilities)
    const isVoteNew = voteOf(state.log) !== voteOf(next.log)
    commits = commitsAfter(commits, operation, { after: next.log, isAcked, isVoteNew })
    state = next
    logs = isAcked && durable === 'log' ? [state.log] : [...logs, ...halfway, state.log]
    if (isAcked) snapshots = state.snapshots
  }
  const snapshotsInFlight = state.snapshots.length > snapshots.length ? state.snapshots.slice(-1) : []
  return { findings, logs, commits, snapshots, snapshotsInFlight }
}

function meaningOfError(
  outcome: Outcome,
  expected: Outcome,
  capabilities: FullCapabilities | undefined,
): ErrorMeaning {
  return outcome.kind === 'threw' && expected.kind === 'done' ? meaningOf(outcome, capabilities) : 'wrong'
}

/** Of storage that promises nothing about it, it is any of those that were saved. */
function judgeCommit(
  commits: LegalRaft['commits'],
  { commit }: RaftLogState,
  capabilities: FullCapabilities | undefined,
): Finding[] {
  if (capabilities === undefined || commits.has(commit)) return []
  const legal = [...commits].map((one) => one ?? 'none').join(', or ')
  const text = `The commit index is ${commit ?? 'none'}, and should be ${legal}`
  return [{ rule: 'hard-state-regressed', text }]
}

function judgeSnapshots(
  acked: readonly Labelled[],
  inFlight: readonly Labelled[],
  found: readonly Labelled[],
): Finding[] {
  const texts = found.map(textOf)
  const lost = acked.map(textOf).filter((text) => !texts.includes(text))
  const legal = [...acked, ...inFlight].map(textOf)
  const odd = texts.filter((text) => !legal.includes(text))
  return [
    ...lost.map(
      (text): Finding => ({ rule: 'acked-lost', text: `The snapshot of ${text} was published and is gone` }),
    ),
    ...odd.map(
      (text): Finding => ({ rule: 'never-issued', text: `A snapshot of ${text} was never published` }),
    ),
  ]
}

/** Why the log is none of those that it may be. */
export function judgeLog(legal: readonly RaftLogState[], found: RaftLogState): Finding[] {
  const findings: Finding[] = []
  const votes = legal.map(voteOf)
  if (!votes.includes(voteOf(found))) {
    const text = `Term and vote are ${voteOf(found)}, and should be ${[...new Set(votes)].join(', or ')}`
    findings.push({ rule: 'hard-state-regressed', text })
  }
  const texts = found.entries.map(textOf)
  const [oldest] = legal
  const isAlwaysThere = (text: string): boolean =>
    legal.every(({ entries }) => entries.some((entry) => textOf(entry) === text))
  const lost = (oldest?.entries ?? [])
    .map(textOf)
    .filter((text) => isAlwaysThere(text) && !texts.includes(text))
  if (lost[0] !== undefined) {
    findings.push({ rule: 'acked-lost', text: `${lost.length} acked entries are gone, the first ${lost[0]}` })
  }
  const known = new Set(legal.flatMap(({ entries }) => entries.map(textOf)))
  const odd = texts.filter((text) => !known.has(text))
  if (odd[0] !== undefined) {
    findings.push({
      rule: 'came-back',
      text: `${odd.length} entries should not be there, the first ${odd[0]}`,
    })
  }
  const boundaries = legal.map(({ boundary }) => JSON.stringify(boundary))
  if (!boundaries.includes(JSON.stringify(found.boundary))) {
    const text = `The purge boundary is ${JSON.stringify(found.boundary)}, and should be ${[...new Set(boundaries)].join(', or ')}`
    findings.push({ rule: 'cursor', text })
  }
  if (findings.length > 0) return findings
  return [{ rule: 'partial', text: `The log is of no one moment: ${describeLog(found)}` }]
}

/** Whether what the log says of its ends is what its entries and its boundary say. */
export function judgeEnds({
  state: { log },
  firstIndex,
  lastIndex,
  lastTerm,
}: Omit<RaftView, 'audit'>): Finding[] {
  const last = lastOf(log)
  const said = `from ${firstIndex} to ${lastIndex} of term ${lastTerm}`
  const counted = `from ${log.boundary.index + 1} to ${last.index} of term ${last.term}`
  return said === counted
    ? []
    : [{ rule: 'cursor', text: `The log says that it goes ${said}, and goes ${counted}` }]
}

function judgeAudit({ audit, again }: RaftRecovered): Finding[] {
  const texts = new Set([...audit, ...again.audit])
  return [...texts].map((text) => ({
    rule: 'audit',
    text: `The audit finds what the view does not show: ${text}`,
  }))
}

function judgeReopen({ state, again }: RaftRecovered): Finding[] {
  if (JSON.stringify(state) === JSON.stringify(again.state)) return []
  const text = `Opening it once more, without a write between, changed it from ${describeLog(state.log)} to ${describeLog(again.state.log)}`
  return [{ rule: 'reopen', text }]
}

/** Whether they hold the same, to the last entry. */
export function isSameLog(a: RaftLogState, b: RaftLogState): boolean {
  return (
    describeLog(a) === describeLog(b) &&
    a.entries.every((entry, at) => textOf(entry) === maybe(b.entries[at]))
  )
}

function maybe(entry: Labelled | undefined): string | undefined {
  return entry && textOf(entry)
}

/** In words. */
export function voteOf({ currentTerm, votedFor }: RaftLogState): string {
  return currentTerm === undefined
    ? 'none'
    : `term ${currentTerm}, vote ${JSON.stringify(votedFor) ?? 'none'}`
}

/** In one line, without the entries themselves. */
export function describeLog(log: RaftLogState): string {
  const { boundary, entries, commit } = log
  const last = lastOf(log)
  return (
    `boundary ${boundary.index} of term ${boundary.term}, ${entries.length} entries through ${last.index} of term ${last.term}, ` +
    `${voteOf(log)}, commit ${commit ?? 'none'}`
  )
}
