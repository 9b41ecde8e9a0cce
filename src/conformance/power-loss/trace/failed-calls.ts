/** Syncs that failed. What they were to make durable is in doubt for good: see `docs/failing-disks.md`. */
import { bytesIn, descriptorIn, numberIn, vectorBytesIn } from './arguments.ts'
import { argumentAt, type CallContext } from './call-context.ts'
import type { OpenFile } from './processes.ts'

const syncs: readonly string[] = ['fsync', 'fdatasync']
/** Which have an offset. */
const writesAt: readonly string[] = ['pwrite64', 'pwritev', 'pwritev2']
const writes: readonly string[] = [...writesAt, 'write', 'writev']

/** A call that failed. Only EIO tells of a medium that may have taken something. */
export function failedSync(context: CallContext): void {
  const { call, process, emit } = context
  if (!call.result.includes('EIO')) return
  const file = process.fileOf(descriptorIn(argumentAt(context, 0)))
  if (file === undefined || file.node.isVolatile) return
  const isWrite = writes.includes(call.name) && file.isSynced
  if (!isWrite && !syncs.includes(call.name)) return
  if (isWrite) writeInDoubt(context, file)
  emit({ kind: 'failed-sync', node: file.node.number, text: `${call.name} ${file.node.label}, which failed` })
}

/** A synced write is a write and a sync: nobody knows which of them failed. */
function writeInDoubt(context: CallContext, { node, isAppending, position }: OpenFile): void {
  const { call, emit } = context
  const argument = argumentAt(context, 1)
  const bytes = argument.startsWith('[') ? vectorBytesIn(argument) : bytesIn(argument)
  if (bytes === undefined) return
  const given = writesAt.includes(call.name) ? (numberIn(argumentAt(context, 3)) ?? 0) : position
  const offset = isAppending ? node.size : given
  const text = `${call.name} ${node.label}, ${bytes.length} bytes at ${offset}, which failed`
  emit({ kind: 'write', node: node.number, offset, bytes, isSynced: false, isWithin: true, text })
}
