/**
 * The process that recovers a state machine whose power was lost, and from which the power is taken once more. It opens it, says
 * so, and goes on, as the child of the kill suite.
 */
import { endWithParent, textOf, writeLine } from '../../kill/talk-to-parent.ts'
import type { WorkloadLine } from '../../power-loss/event.ts'
import type { StateOperation } from '../kill/history.ts'
import { RunLog } from '../kill/log.ts'
import { perform, startMachine } from '../kill/perform.ts'
import { loadDurableStateAdapter } from '../load-state-adapter.ts'

/** What it is asked to do, as its only argument. */
export interface StateRecoveringOrders {
  readonly adapterUrl: string
  readonly directory: string
  /** Of the log. */
  readonly seed: number
  /** The index that the state machine comes back at. */
  readonly applied: number
}

type Operation = Exclude<StateOperation, { kind: 'reopen' }>

endWithParent()
try {
  await recover(JSON.parse(process.argv[2] ?? '{}') as StateRecoveringOrders)
} catch (error) {
  say({ kind: 'broken', error: textOf(error) })
}

async function recover({ adapterUrl, directory, seed, applied }: StateRecoveringOrders): Promise<void> {
  const adapter = await loadDurableStateAdapter(adapterUrl)
  say({ kind: 'opening' })
  const machine = await startMachine(adapter, directory)
  say({ kind: 'opened' })
  // Whoever has read it has seen what survived, and nothing of that may be lost any more.
  machine.scan({ limit: 1 })
  say({ kind: 'recovered', kept: applied })
  // Nothing is installed, so that no other replica is asked.
  const node = { adapter, machine, leader: machine, log: new RunLog(seed) }
  for (const operation of operationsAfter(applied)) {
    say({ kind: 'intent', operation })
    say({ kind: 'ack', outcome: { kind: 'done', result: await perform(node, operation) } })
  }
  await machine.close()
  say({ kind: 'waiting' })
}

function operationsAfter(applied: number): readonly Operation[] {
  return [
    { kind: 'apply', from: applied + 1, through: applied + 3 },
    { kind: 'snapshot', native: false },
    { kind: 'checkpoint' },
    { kind: 'apply', from: applied + 4, through: applied + 4 },
    { kind: 'flush' },
  ]
}

function say(line: WorkloadLine<StateOperation>): void {
  writeLine(line)
}
