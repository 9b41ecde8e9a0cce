/**
 * The process that recovers a store whose power was lost, and from which the power is taken once more. It opens it, reads it,
 * appends, and says so, as the child of the kill suite.
 */
import { writeSync } from 'node:fs'
import type { LogAdapter } from '../../adapter.ts'
import type { HistoryOperation } from '../../history.ts'
import { type KillStorage, perform, storageOn } from '../../kill/perform.ts'
import { lineDescriptor } from '../../kill/protocol.ts'
import type { WorkloadLine } from '../event.ts'
import type { RecoveringOrders } from './protocol.ts'

const { adapterUrl, directory, kept, value } = JSON.parse(process.argv[2] ?? '{}') as RecoveringOrders
const { default: adapter } = (await import(adapterUrl)) as { readonly default: LogAdapter }

/** Each of them is durable when it returns. */
const operations: readonly Exclude<HistoryOperation, { readonly kind: 'reopen' }>[] = [
  { kind: 'appendEntry', entry: { number: value, size: 64 } },
  { kind: 'setPromise', ballot: { configId: 1, n: value, priority: 0, pid: 1 } },
  { kind: 'flush' },
]

process.stdin.on('end', () => process.exit(1)).on('error', () => process.exit(1))
process.stdin.resume()
try {
  say({ kind: 'opening' })
  const storage: KillStorage = storageOn(await adapter.open(directory))
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
  say({ kind: 'broken', error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
}

function say(line: WorkloadLine): void {
  let rest: Uint8Array = Buffer.from(`${JSON.stringify(line)}\n`)
  while (rest.length > 0) rest = rest.subarray(writeSync(lineDescriptor, rest))
}
