/** The process that is killed: as that of the kill suite, with a state machine. */
import { writeSync } from 'node:fs'
import { failpoints } from '../../../../failpoints/index.ts'
import { type ChildLine, lineDescriptor } from '../../kill/protocol.ts'
import { SeededRandom } from '../../random.ts'
import type { StateMachineAdapter } from '../adapter.ts'
import { nextOperation, type StateOperation } from './history.ts'
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

type Line = ChildLine<StateOperation>

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

/** While it waits. While it works, the pipe tells: writing to one that nobody reads is an error, and it ends. */
function endWithParent(): void {
  process.stdin.on('end', () => process.exit(1))
  process.stdin.on('error', () => process.exit(1))
  process.stdin.resume()
}

function say(line: Line): void {
  let rest: Uint8Array = Buffer.from(`${JSON.stringify(line)}\n`)
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(lineDescriptor, rest))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(1)
    throw error
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

await main(JSON.parse(process.argv[2] ?? '{}') as StateChildOrders)
