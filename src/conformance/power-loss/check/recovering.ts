/**
 * The process that recovers a store whose power was lost, and from which the power is taken once more. It opens it, reads it,
 * appends, and says so, as the child of the kill suite.
 */
import { missingIn } from '../../contract/index.ts'
import type { HistoryOperation } from '../../history.ts'
import { loadAdapter } from '../../kill/load-adapter.ts'
import { type KillStorage, perform, storageOn } from '../../kill/perform.ts'
import { endWithParent, textOf, writeLine } from '../../kill/talk-to-parent.ts'
import type { WorkloadLine } from '../event.ts'
import type { RecoveringOrders } from './protocol.ts'

const { adapterUrl, directory, kept, value } = JSON.parse(process.argv[2] ?? '{}') as RecoveringOrders
const adapter = await loadAdapter(adapterUrl)

type Operation = Exclude<HistoryOperation, { readonly kind: 'reopen' }>

/** Each of them is durable when it returns. */
const operations: readonly Operation[] = [
  { kind: 'appendEntry', entry: { number: value, size: 64 } },
  ...promises(),
  { kind: 'flush' },
]

/** Where metadata are promised, and not only deferred. */
function promises(): Operation[] {
  const isDeferred = adapter.capabilities?.metadata === 'deferred'
  if (isDeferred || missingIn(adapter, ['metadata']).length > 0) return []
  return [{ kind: 'setPromise', ballot: { configId: 1, n: value, priority: 0, pid: 1 } }]
}

endWithParent()
try {
  say({ kind: 'opening' })
  const storage: KillStorage = storageOn(await adapter.open(directory), undefined, adapter.parts)
  say({ kind: 'opened' })
  // Whoever has read it has seen what survived, and nothing of that may be lost any more.
  storage.getSuffix(0)
  say({ kind: 'recovered', kept })
  for (const operation of operations) {
    say({ kind: 'intent', operation })
    say({ kind: 'ack', outcome: { kind: 'done', result: await perform(storage, operation) } })
  }
  await storage.close()
  say({ kind: 'waiting' })
} catch (error) {
  say({ kind: 'broken', error: textOf(error) })
}

function say(line: WorkloadLine): void {
  writeLine(line)
}
