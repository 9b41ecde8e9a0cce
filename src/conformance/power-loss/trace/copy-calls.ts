/** Copies within the kernel show no bytes: they are those of the source, if that is one of the directory. */
import { numberIn } from './arguments.ts'
import { argumentAt, type CallContext, type CallHandler, fileAt } from './call-context.ts'
import type { OpenFile } from './processes.ts'

interface CopyArguments {
  /** Which arguments are the two descriptors. */
  readonly to: number
  readonly from: number
  /** Which argument is the offset in the target. Where there is none, or it is `NULL`, the descriptor's position counts. */
  readonly toOffset?: number
  readonly fromOffset?: number
}

const copyOf = ({ to, from, toOffset, fromOffset }: CopyArguments): CallHandler => {
  return (context) => {
    const [target, source] = [fileAt(context, to), fileAt(context, from)]
    const count = context.result
    const sourceOffset = movedOffset(source, pointedIn(context, fromOffset), count)
    const offset = movedOffset(target, pointedIn(context, toOffset), count)
    copy(context, { target, offset, source, sourceOffset }, count)
  }
}

/** All of a file, as its blocks. */
const cloneOf = (context: CallContext): void => {
  const [target, source] = [fileAt(context, 0), fileAt(context, 2)]
  copy(context, { target, offset: 0, source, sourceOffset: 0 }, source?.node.size ?? 1)
}

interface Copying {
  readonly target: OpenFile | undefined
  readonly offset: number
  readonly source: OpenFile | undefined
  readonly sourceOffset: number
}

function copy(context: CallContext, { target, offset, source, sourceOffset }: Copying, length: number): void {
  const { call, emit } = context
  if (target === undefined || target.node.isVolatile || length === 0) return
  const { node } = target
  if (source === undefined || source.node.isVolatile) {
    context.refuse(`copy into ${node.label} within the kernel (${call.name}) a file that is not recorded`)
    return
  }
  node.size = Math.max(node.size, offset + length)
  const text = `${call.name} ${node.label}, ${length} bytes at ${offset} of ${source.node.label}`
  emit({
    ...{ kind: 'copy', node: node.number, offset, source: source.node.number, sourceOffset, length },
    ...{ isSynced: target.isSynced, text },
  })
}

/** Where the call began. Without an offset of its own it moves the descriptor's position. */
function movedOffset(file: OpenFile | undefined, given: number | undefined, count: number): number {
  if (given !== undefined) return given
  const at = file?.position ?? 0
  if (file !== undefined) file.position = at + count
  return at
}

/** The number in `[12]`, which is how an offset behind a pointer is shown. */
function pointedIn(context: CallContext, at: number | undefined): number | undefined {
  return at === undefined ? undefined : numberIn(argumentAt(context, at).replace('[', ''))
}

function refuseCopy(context: CallContext, to: number, how: string): void {
  const file = fileAt(context, to)
  if (file !== undefined && !file.node.isVolatile)
    context.refuse(`copy into ${file.node.label} within the kernel (${how})`)
}

export const copyCalls: Readonly<Record<string, CallHandler>> = {
  sendfile: copyOf({ to: 0, from: 1, fromOffset: 2 }),
  copy_file_range: copyOf({ from: 0, fromOffset: 1, to: 2, toOffset: 3 }),
  // Through a pipe: what comes out of it is not known.
  splice: (context) => refuseCopy(context, 2, context.call.name),
  ioctl: (context) => {
    const request = argumentAt(context, 1)
    // strace knows more than one name for it.
    if (/\bFICLONE$/.test(request)) cloneOf(context)
    else if (request.includes('FICLONE')) refuseCopy(context, 0, request)
  },
}
