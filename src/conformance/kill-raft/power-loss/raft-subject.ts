/** Raft storage of another make, as that from which the power is taken. */
import type { LogAdapter } from '../../adapter.ts'
import type { IssuedCall } from '../../kill/child-process.ts'
import { describeOperations } from '../../kill/explain.ts'
import type { FullCapabilities } from '../../kit/capabilities.ts'
import type { Issued, Subject } from '../../power-loss/subject.ts'
import { findingsOf } from '../../power-loss/verdict.ts'
import type { RaftChildOrders } from '../child.ts'
import type { RaftHistoryOperation } from '../history.ts'
import { promisedOf } from '../leniency.ts'
import { applyOperation, blankState, type RaftState } from '../model.ts'
import { judgeRaft, type RaftRecovered } from '../oracle.ts'
import { describeState, storyOf } from '../story.ts'
import type { RaftRecoveringOrders } from './recovering.ts'

/** Numbers of values that one workload may use up. */
const numbersPerWorkload = 1_000_000
/** Of what is written after the recovery: no workload has as many. */
const recoveryValue = 3_000_000_000

type Call = IssuedCall<RaftHistoryOperation>

const settled: Call = { operation: { kind: 'flush' }, outcome: { kind: 'done' } }

/** `adapterUrl` is where its processes load it from. */
export function raftSubject(
  adapterUrl: string,
  { name, volatileFiles = [], capabilities }: LogAdapter,
): Subject {
  const story = ({ issued, crash, recovered, findings }: Parameters<Subject['storyOf']>[0]) => {
    const state = recovered === undefined ? undefined : (recovered as RaftRecovered).state
    return storyOf({ start: blankState, issued: ofRaft(issued), crash, state, findings, capabilities })
  }
  return {
    ...{ kind: 'raft', name, volatileFiles },
    workload: new URL('../child.js', import.meta.url),
    checker: new URL('./checker.js', import.meta.url),
    recovering: new URL('./recovering.js', import.meta.url),
    ordersOf: ({ number, seed, operations, directory }): RaftChildOrders => ({
      ...{ adapterUrl, directory, seed },
      history: `power-loss ${number}`,
      firstValue: number * numbersPerWorkload,
      stopAfterAcks: operations,
      dieDuring: undefined,
    }),
    recoveringOrdersOf: ({ directory }, kept): RaftRecoveringOrders => {
      return { adapterUrl, directory, kept, value: recoveryValue }
    },
    judge: (issued, checked) =>
      findingsOf(
        checked,
        (found) => judgeRaft(blankState, ofRaft(issued), found as RaftRecovered, capabilities).findings,
      ),
    positionOf: (issued, checked) => {
      if (checked.kind !== 'opened') return undefined
      return keptOf(ofRaft(issued), (checked.recovered as RaftRecovered).state, capabilities)
    },
    recovered: (issued, kept) => [...issued.slice(0, kept), settled],
    isCommit: (operation) => isCommit(operation as RaftHistoryOperation, capabilities),
    describeHistory: (issued) => {
      const { operations, earlier } = story({ issued, crash: '', recovered: undefined, findings: [] })
      return describeOperations(operations, earlier)
    },
    storyOf: story,
    describe: (recovered) => describeState((recovered as RaftRecovered).state),
  }
}

/** They are those of its own workload. */
function ofRaft(issued: Issued): readonly Call[] {
  return issued as readonly Call[]
}

function isCommit({ kind }: RaftHistoryOperation, capabilities: FullCapabilities | undefined): boolean {
  if (kind === 'purge') return capabilities?.trim === 'returned'
  return kind !== 'entries' && kind !== 'reopen'
}

/** After how many of the calls the storage is as it came back, to the commit index. `undefined`: it is as after none of them. */
function keptOf(
  issued: readonly Call[],
  found: RaftState,
  capabilities: FullCapabilities | undefined,
): number | undefined {
  const textOf = ({ log, snapshots }: RaftState): string =>
    JSON.stringify([promisedOf(log, capabilities), log.commit, snapshots])
  const text = textOf(found)
  let state = blankState
  let kept = textOf(state) === text ? 0 : undefined
  for (const [position, { operation, outcome }] of issued.entries()) {
    if (outcome?.kind !== 'threw') state = applyOperation(state, operation, capabilities).state
    if (textOf(state) === text) kept = position + 1
  }
  return kept
}
