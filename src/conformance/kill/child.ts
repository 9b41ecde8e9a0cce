/**
 * The process that is killed. It opens the store, calls one operation after the other for ever, and says before each what it
 * is about to do and after each how that ended. What it has said is in the kernel's pipe, and outlives it.
 */
import { failpoints } from '../../../failpoints/index.ts'
import { HistoryGenerator, type HistoryOperation, type HistoryPlace } from '../history.ts'
import { AdapterError } from '../kit/adapter-error.ts'
import type { FullCapabilities } from '../kit/capabilities.ts'
import type { Outcome } from '../oracle.ts'
import { SeededRandom } from '../random.ts'
import { Death, lastCall } from './death.ts'
import { loadAdapter } from './load-adapter.ts'
import { type KillStorage, perform, storageOn } from './perform.ts'
import type { ChildOrders } from './protocol.ts'
import { readScript } from './script/script-file.ts'
import { endWithParent, outcomeOfThrown, say, tellingOfAdapter, textOf } from './talk-to-parent.ts'

const orders = JSON.parse(process.argv[2] ?? '{}') as ChildOrders

async function main(): Promise<void> {
  endWithParent()
  const adapter = await loadAdapter(orders.adapterUrl)
  const open = (): KillStorage =>
    storageOn(adapter.open(orders.directory, { failpoints }), failpoints, adapter.parts)
  try {
    say({ kind: 'opening' })
    const storage = fromStore(open)
    say({ kind: 'opened' })
    writeHistory(storage, open, adapter.capabilities)
    say({ kind: 'waiting' })
  } catch (error) {
    if (error instanceof AdapterError) throw error
    if (error instanceof BrokenStore) say({ kind: 'broken', error: textOf(error.cause) })
    else say({ kind: 'bug', error: textOf(error) })
  }
}

/** What the store threw where it never may. */
class BrokenStore extends Error {}

function fromStore<T>(call: () => T): T {
  try {
    return call()
  } catch (cause) {
    if (cause instanceof AdapterError) throw cause
    throw new BrokenStore('The store threw', { cause })
  }
}

function writeHistory(opened: KillStorage, open: () => KillStorage, capabilities?: FullCapabilities): void {
  const { seed, history, firstValue, firstRound, stopAfterAcks, scriptFile } = orders
  const script = scriptFile === undefined ? undefined : readScript<HistoryOperation>(scriptFile)
  const generator = new HistoryGenerator(
    ...([new SeededRandom(seed, history), firstValue + 1, firstRound, capabilities] as const),
  )
  const dieDuring = orders.dieDuring && new Death(orders.dieDuring)
  let storage = opened
  for (let position = 0; position < stopAfterAcks; position++) {
    const place = fromStore(() => placeOf(storage))
    const generated = (): HistoryOperation => probe(position, place.nextIndex) ?? generator.next(place)
    const operation = script === undefined ? generated() : script[position]
    if (operation === undefined) return
    say({ kind: 'intent', operation })
    dieDuring?.expect(position + 1 === script?.length ? lastCall : operation.kind)
    const outcome = outcomeOf(() => {
      if (operation.kind !== 'reopen') return perform(storage, operation)
      storage.close()
      storage = open()
      return undefined
    })
    say({ kind: 'ack', outcome })
    if (outcome.kind !== 'threw') continue
    // A store that could not be opened again takes no more calls. What may yet happen has to be the last thing that was asked.
    if (operation.kind === 'reopen' || outcome.isDefinite === false) return
  }
}

function placeOf({ log: { firstIndex, nextIndex, compactedIndex } }: KillStorage): HistoryPlace {
  return { firstIndex, nextIndex, compactedIndex }
}

/** Every life begins by showing that a recovered log can be written at `nextIndex` and read back. */
function probe(position: number, nextIndex: number): HistoryOperation | undefined {
  if (position === 0) return { kind: 'appendEntry', entry: { number: orders.firstValue, size: 64 } }
  if (position === 1) return { kind: 'getEntries', from: nextIndex - 1, to: nextIndex }
  return undefined
}

function outcomeOf(call: () => number | readonly string[] | undefined): Outcome {
  try {
    return { kind: 'done', result: call() }
  } catch (error) {
    return outcomeOfThrown(error)
  }
}

await tellingOfAdapter(main)
