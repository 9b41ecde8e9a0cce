/** The process that is killed: as that of the kill suite, with Raft storage. */
import { failpoints } from '../../../failpoints/index.ts'
import { HoldfastError } from '../../errors.ts'
import { Death, type DeathPlan, lastCall } from '../kill/death.ts'
import { loadAdapter } from '../kill/load-adapter.ts'
import { readScript } from '../kill/script/script-file.ts'
import { endWithParent, outcomeOfThrown, say, tellingOfAdapter, textOf } from '../kill/talk-to-parent.ts'
import { AdapterError, StoreFailure } from '../kit/adapter-error.ts'
import type { Outcome } from '../oracle.ts'
import { SeededRandom } from '../random.ts'
import { RaftHistoryGenerator, type RaftHistoryOperation } from './history.ts'
import { type OpenedRaft, openRaft } from './opened.ts'
import { perform, placeOf } from './perform.ts'

/** What the child is asked to do, as its only argument. */
export interface RaftChildOrders {
  /** URL of the module whose default export is the adapter. */
  readonly adapterUrl: string
  readonly directory: string
  /** Both decide the history, with the state that the storage is in. */
  readonly seed: number
  readonly history: string
  readonly firstValue: number
  /** The child stops and waits to be killed when so many operations are acked. */
  readonly stopAfterAcks: number
  /** A file with the operations, in place of a history that is generated. They are the first ones of new storage. */
  readonly scriptFile?: string | undefined
  /** How to die within calls of one kind. Other failpoints are in FAILPOINTS. */
  readonly dieDuring: DeathPlan | undefined
}

async function main(orders: RaftChildOrders): Promise<void> {
  endWithParent()
  const adapter = await loadAdapter(orders.adapterUrl)
  const open = (): OpenedRaft => openRaft(adapter, orders.directory, failpoints)
  say({ kind: 'opening' })
  let storage: OpenedRaft
  try {
    storage = open()
  } catch (error) {
    if (error instanceof AdapterError) throw error
    say({ kind: 'broken', error: textOf(error) })
    return
  }
  say({ kind: 'opened' })
  try {
    await writeHistory(orders, storage, open)
    say({ kind: 'waiting' })
  } catch (error) {
    if (error instanceof AdapterError) throw error
    // Where the storage may not throw: when it is asked what it holds.
    const isStores = error instanceof HoldfastError || error instanceof StoreFailure
    say({ kind: isStores ? 'broken' : 'bug', error: textOf(error) })
  }
}

async function writeHistory(
  { seed, history, firstValue, stopAfterAcks, dieDuring, scriptFile }: RaftChildOrders,
  opened: OpenedRaft,
  open: () => OpenedRaft,
): Promise<void> {
  const script = scriptFile === undefined ? undefined : readScript<RaftHistoryOperation>(scriptFile)
  const generator = new RaftHistoryGenerator(new SeededRandom(seed, history), firstValue, opened.calls)
  const death = dieDuring && new Death(dieDuring)
  let storage = opened
  for (let count = 0; count < stopAfterAcks; count++) {
    const operation = script === undefined ? generator.next(placeOf(storage)) : script[count]
    if (operation === undefined) return
    say({ kind: 'intent', operation })
    death?.expect(count + 1 === script?.length ? lastCall : operation.kind)
    const outcome = await outcomeOf(async () => {
      if (operation.kind !== 'reopen') return await perform(storage, operation)
      storage.close()
      storage = open()
      return undefined
    })
    say({ kind: 'ack', outcome })
    if (outcome.kind !== 'threw') continue
    // Storage that could not be opened again takes no more calls. What may yet happen has to be the last thing that was asked.
    if (operation.kind === 'reopen' || outcome.isDefinite === false) return
  }
}

async function outcomeOf(call: () => Promise<readonly string[] | undefined>): Promise<Outcome> {
  try {
    return { kind: 'done', result: await call() }
  } catch (error) {
    return outcomeOfThrown(error)
  }
}

await tellingOfAdapter(() => main(JSON.parse(process.argv[2] ?? '{}') as RaftChildOrders))
