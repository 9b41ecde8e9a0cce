/**
 * The process that recovers Raft storage whose power was lost, and from which the power is taken once more. It opens it, reads it,
 * goes on, and says so, as the child of the kill suite.
 */
import { loadAdapter } from '../../kill/load-adapter.ts'
import { endWithParent, textOf, writeLine } from '../../kill/talk-to-parent.ts'
import type { WorkloadLine } from '../../power-loss/event.ts'
import type { RaftHistoryOperation } from '../history.ts'
import { lastOf } from '../model.ts'
import { stateOfNode } from '../node.ts'
import { openRaft } from '../opened.ts'
import { perform } from '../perform.ts'

/** What it is asked to do, as its only argument. */
export interface RaftRecoveringOrders {
  readonly adapterUrl: string
  readonly directory: string
  /** After how many of the calls it comes back. */
  readonly kept: number
  /** Number of the value that is appended. */
  readonly value: number
}

type Operation = Exclude<RaftHistoryOperation, { kind: 'reopen' }>

endWithParent()
try {
  await recover(JSON.parse(process.argv[2] ?? '{}') as RaftRecoveringOrders)
} catch (error) {
  say({ kind: 'broken', error: textOf(error) })
}

async function recover({ adapterUrl, directory, kept, value }: RaftRecoveringOrders): Promise<void> {
  const adapter = await loadAdapter(adapterUrl)
  say({ kind: 'opening' })
  const opened = openRaft(adapter, directory)
  say({ kind: 'opened' })
  // Whoever has read it has seen what survived, and nothing of that may be lost any more.
  const state = stateOfNode(opened)
  say({ kind: 'recovered', kept })
  const { index, term } = lastOf(state)
  const currentTerm = Math.max(state.currentTerm ?? 0, term) + 1
  const entry = {
    index: index + 1,
    term: currentTerm,
    kind: 'command',
    value: { number: value, size: 64 },
  } as const
  const operations: readonly Operation[] = [
    { kind: 'save', state: { currentTerm, votedFor: 'another', commit: state.commit } },
    { kind: 'append', entries: [entry] },
    { kind: 'flush' },
  ]
  for (const operation of operations) {
    say({ kind: 'intent', operation })
    say({ kind: 'ack', outcome: { kind: 'done', result: await perform(opened, operation) } })
  }
  opened.close()
  say({ kind: 'waiting' })
}

function say(line: WorkloadLine<RaftHistoryOperation>): void {
  writeLine(line)
}
