/** The process that is killed: as that of the kill suite, with a state machine. */
import { failpoints } from '../../../../failpoints/index.ts'
import { endWithParent, say, textOf } from '../../kill/talk-to-parent.ts'
import { SeededRandom } from '../../random.ts'
import type { StateMachineAdapter } from '../adapter.ts'
import { nextOperation } from './history.ts'
import { RunLog } from './log.ts'
import { durable, type Node, perform, startMachine } from './perform.ts'

/** What the child is asked to do, as its only argument. */
export interface StateChildOrders {
  /** URL of the module whose default export is the adapter. */
  readonly adapterUrl: string
  readonly directory: string
  /** Of the replica that snapshots come from. */
  readonly leaderDirectory: string
  readonly seed: number
  /** Names the history, with the seed. */
  readonly history: string
  /** The child stops and waits to be killed when so many operations are acked. */
  readonly stopAfterAcks: number
}

async function main(orders: StateChildOrders): Promise<void> {
  endWithParent()
  const { default: adapter } = (await import(orders.adapterUrl)) as { readonly default: StateMachineAdapter }
  const log = new RunLog(orders.seed)
  let node: Node
  say({ kind: 'opening' })
  try {
    const leader = await startMachine(adapter, orders.leaderDirectory)
    const machine = await startMachine(adapter, orders.directory, failpoints)
    node = { adapter, machine, leader, log }
  } catch (error) {
    say({ kind: 'broken', error: textOf(error) })
    return
  }
  say({ kind: 'opened' })
  try {
    await live(orders, node)
    say({ kind: 'waiting' })
  } catch (error) {
    say({ kind: 'bug', error: textOf(error) })
  }
}

async function live(
  { seed, history, directory, stopAfterAcks }: StateChildOrders,
  opened: Node,
): Promise<void> {
  const random = new SeededRandom(seed, history)
  let node = opened
  for (let count = 0; count < stopAfterAcks; count++) {
    const { adapter, machine, leader } = node
    const applied = machine.applied().index
    const place = { applied, leader: leader.applied().index, hasNative: adapter.hasNative }
    const operation = nextOperation(random, place)
    say({ kind: 'intent', operation })
    try {
      if (operation.kind === 'reopen') {
        await machine.close()
        node = { ...node, machine: await startMachine(adapter, directory, failpoints) }
        say({ kind: 'ack', outcome: { kind: 'done', result: [durable(node.machine)] } })
      } else {
        say({ kind: 'ack', outcome: { kind: 'done', result: await perform(node, operation) } })
      }
    } catch (error) {
      const { name, message } = error instanceof Error ? error : { name: String(error), message: '' }
      say({ kind: 'ack', outcome: { kind: 'threw', error: name, message } })
      return
    }
  }
}

await main(JSON.parse(process.argv[2] ?? '{}') as StateChildOrders)
