/** Writing, sizing and syncing files. */
import { bytesIn, flagsIn, numberIn, vectorBytesIn } from './arguments.ts'
import { argumentAt, type CallContext, type CallHandler, fileAt, pathAt } from './call-context.ts'
import type { TracedNode } from './name-space.ts'

/** `offset` is `undefined` for a write at the descriptor's position, which it moves. */
function write(
  context: CallContext,
  bytes: Buffer | undefined,
  offset?: number,
  flags?: ReadonlySet<string>,
): void {
  const { call, result } = context
  const file = fileAt(context, 0)
  if (file === undefined || result === 0 || file.node.isVolatile) return
  const { node } = file
  if (bytes === undefined || bytes.length < result) {
    context.refuse(`write more at once than a recording holds (${result} bytes to ${node.label})`)
    return
  }
  const isAppending = file.isAppending || flags?.has('RWF_APPEND')
  const at = isAppending ? node.size : (offset ?? file.position)
  if (offset === undefined) file.position = at + result
  node.size = Math.max(node.size, at + result)
  context.emit({
    kind: 'write',
    node: node.number,
    offset: at,
    bytes: bytes.subarray(0, result),
    isSynced: file.isSynced || flags?.has('RWF_DSYNC') === true || flags?.has('RWF_SYNC') === true,
    isWithin: false,
    text: `${call.name} ${node.label}, ${result} bytes at ${at}`,
  })
}

export function resize({ emit, call }: CallContext, node: TracedNode, size: number): void {
  node.size = size
  if (node.isVolatile) return
  emit({ kind: 'resize', node: node.number, size, text: `${call.name} ${node.label} to ${size} bytes` })
}

function sync(context: CallContext, isDataOnly: boolean): void {
  const file = fileAt(context, 0)
  if (file === undefined || file.node.isVolatile) return
  const { name, begunAt } = context.call
  const text = `${name} ${file.node.label}`
  context.emit({ kind: 'sync', node: file.node.number, isDataOnly, begunAfter: begunAt, text })
}

function syncAll({ call, emit }: CallContext): void {
  emit({ kind: 'sync', node: undefined, isDataOnly: false, begunAfter: call.begunAt, text: call.name })
}

function allocate(context: CallContext): void {
  const file = fileAt(context, 0)
  const modes = flagsIn(context.args[1])
  const [offset = 0, length = 0] = context.args.slice(2).map((text) => numberIn(text) ?? 0)
  if (file === undefined || file.node.isVolatile) return
  const { node } = file
  const isZeroing = modes.has('FALLOC_FL_PUNCH_HOLE') || modes.has('FALLOC_FL_ZERO_RANGE')
  const known = ['0', 'FALLOC_FL_KEEP_SIZE', 'FALLOC_FL_PUNCH_HOLE', 'FALLOC_FL_ZERO_RANGE']
  if ([...modes].some((mode) => !known.includes(mode))) {
    context.refuse(`fallocate ${node.label} in the mode ${context.args[1]}`)
    return
  }
  if (isZeroing) zero(context, node, offset, length)
  const end = offset + length
  if (!modes.has('FALLOC_FL_KEEP_SIZE') && end > node.size) resize(context, node, end)
}

function zero({ emit, call }: CallContext, node: TracedNode, offset: number, length: number): void {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, node.size - offset)))
  const text = `${call.name} ${node.label}, ${bytes.length} zeroes at ${offset}`
  if (bytes.length === 0) return
  emit({ kind: 'write', node: node.number, offset, bytes, isSynced: false, isWithin: true, text })
}

/** Reading moves the position that the next `write` starts at. */
function read(context: CallContext): void {
  const file = fileAt(context, 0)
  if (file !== undefined) file.position += context.result
}

const bytesAt = (context: CallContext): Buffer | undefined => bytesIn(argumentAt(context, 1))
const vectorAt = (context: CallContext): Buffer | undefined => vectorBytesIn(argumentAt(context, 1))
const offsetAt = (context: CallContext): number => numberIn(argumentAt(context, 3)) ?? 0

export const writeCalls: Readonly<Record<string, CallHandler>> = {
  write: (context) => write(context, bytesAt(context)),
  writev: (context) => write(context, vectorAt(context)),
  pwrite64: (context) => write(context, bytesAt(context), offsetAt(context)),
  pwritev: (context) => write(context, vectorAt(context), offsetAt(context)),
  pwritev2: (context) => {
    const offset = offsetAt(context)
    write(context, vectorAt(context), offset < 0 ? undefined : offset, flagsIn(context.args.at(-1)))
  },
  read,
  readv: read,
  lseek: (context) => {
    const file = fileAt(context, 0)
    if (file !== undefined) file.position = context.result
  },
  ftruncate: (context) => {
    const file = fileAt(context, 0)
    if (file !== undefined) resize(context, file.node, numberIn(context.args[1]) ?? 0)
  },
  truncate: (context) => {
    const node = context.names.nodeOf(pathAt(context, 0))
    if (node !== undefined) resize(context, node, numberIn(context.args[1]) ?? 0)
  },
  fallocate: allocate,
  fsync: (context) => sync(context, false),
  fdatasync: (context) => sync(context, true),
  sync: syncAll,
  syncfs: syncAll,
  io_uring_enter: (context) => context.refuse('write through io_uring, of which a recording shows nothing'),
  io_submit: (context) => context.refuse('write through io_submit, of which a recording shows nothing'),
}
