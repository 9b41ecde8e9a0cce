/** The process that is killed: as that of the kill suite, with a state machine. */
import { failpoints } from '../../../../failpoints/index.ts'
import { Death, type DeathPlan, lastCall } from '../../kill/death.ts'
import { readScript } from '../../kill/script/script-file.ts'
import { endWithParent, say, tellingOfAdapter, textOf } from '../../kill/talk-to-parent.ts'
import { AdapterError } from '../../kit/adapter-error.ts'
import { SeededRandom } from '../../random.ts'
import { loadDurableStateAdapter } from '../load-state-adapter.ts'
import { nextOperation, type StateOperation } from './history.ts'
import { logOf, RunLog } from './log.ts'
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
  /** A file with the operations, in place of a history that is generated. They are the first ones of a new state machine. */
  readonly scriptFile?: string | undefined
  /** How to die within the last call of those. Other failpoints are in FAILPOINTS. */
  readonly dieDuring?: DeathPlan | undefined
}

async function main(orders: StateChildOrders): Promise<void> {
  endWithParent()
  const adapter = await loadDurableStateAdapter(orders.adapterUrl)
  const script = orders.scriptFile === undefined ? undefined : readScript<StateOperation>(orders.scriptFile)
  const log = script === undefined ? new RunLog(orders.seed) : logOf(script)
  let node: Node
  say({ kind: 'opening' })
  try {
    const leader = await startMachine(adapter, orders.leaderDirectory)
    const machine = await startMachine(adapter, orders.directory, failpoints)
    node = { adapter, machine, leader, log }
  } catch (error) {
    if (error instanceof AdapterError) throw error
    say({ kind: 'broken', error: textOf(error) })
    return
  }
  say({ kind: 'opened' })
  try {
    await live(orders, node, script)
    say({ kind: 'waiting' })
  } catch (error) {
    if (error instanceof AdapterError) throw error
    say({ kind: 'bug', error: textOf(error) })
  }
}

async function live(
  { seed, history, directory, stopAfterAcks, dieDuring }: StateChildOrders,
  opened: Node,
  script: readonly StateOperation[] | undefined,
): Promise<void> {
  const random = new SeededRandom(seed, history)
  const death = dieDuring && new Death(dieDuring)
  let node = opened
  for (let count = 0; count < stopAfterAcks; count++) {
    const { adapter, machine } = node
    const operation = script === undefined ? nextOperation(random, placeOf(node)) : script[count]
    if (operation === undefined) return
    say({ kind: 'intent', operation })
    death?.expect(count + 1 === script?.length ? lastCall : operation.kind)
    try {
      if (operation.kind === 'reopen') {
        await machine.close()
        node = { ...node, machine: await startMachine(adapter, directory, failpoints) }
        say({ kind: 'ack', outcome: { kind: 'done', result: [durable(node.machine)] } })
      } else {
        say({ kind: 'ack', outcome: { kind: 'done', result: await perform(node, operation) } })
      }
    } catch (error) {
      if (error instanceof AdapterError) throw error
      const { name, message } = error instanceof Error ? error : { name: String(error), message: '' }
      say({ kind: 'ack', outcome: { kind: 'threw', error: name, message } })
      return
    }
  }
}

function placeOf({ adapter, machine, leader }: Node): Parameters<typeof nextOperation>[1] {
  const [applied, leads] = [machine, leader].map((one) => one.applied().index)
  return { applied: applied ?? 0, leader: leads ?? 0, hasNative: adapter.hasNative }
}

await tellingOfAdapter(() => main(JSON.parse(process.argv[2] ?? '{}') as StateChildOrders))
