/**
 * Memory that is a file. What is stored into a shared, writable mapping reaches the disk without a call, so that no recording
 * shows it. A file that is mapped for reading is watched: its memory may be made writable later.
 */
import { descriptorIn, flagsIn, numberIn } from './arguments.ts'
import { argumentAt, type CallContext, type CallHandler } from './call-context.ts'
import type { TracedNode } from './name-space.ts'

function refuse(context: CallContext, { label }: TracedNode): void {
  context.refuse(
    `map ${label} shared and writable: what it stores there needs no system call. ` +
      'If the content of the file never matters after a power loss, the adapter can name it in volatileFiles',
  )
}

function map(context: CallContext): void {
  const { process, args, result } = context
  const flags = flagsIn(args[3])
  const file = process.fileOf(descriptorIn(argumentAt(context, 4)))
  const isShared = flags.has('MAP_SHARED') || flags.has('MAP_SHARED_VALIDATE')
  if (file === undefined || !isShared || file.node.isVolatile || !file.isWritable) return
  if (flagsIn(args[2]).has('PROT_WRITE')) refuse(context, file.node)
  process.mappings.push({
    from: result,
    to: result + (numberIn(argumentAt(context, 1)) ?? 0),
    node: file.node,
  })
}

function rangeOf({ args }: CallContext): { from: number; to: number } {
  const [from = 0, length = 0] = args.slice(0, 2).map((text) => numberIn(text) ?? 0)
  return { from, to: from + length }
}

function protect(context: CallContext): void {
  if (!flagsIn(context.args[2]).has('PROT_WRITE')) return
  const { from, to } = rangeOf(context)
  const mapping = context.process.mappings.find((one) => one.from < to && from < one.to)
  if (mapping !== undefined) refuse(context, mapping.node)
}

function unmap(context: CallContext): void {
  const { from, to } = rangeOf(context)
  const { process } = context
  process.mappings = process.mappings.filter((one) => one.from < from || one.to > to)
}

function remap(context: CallContext): void {
  const { from, to } = rangeOf(context)
  const { process, result } = context
  const mapping = process.mappings.find((one) => one.from < to && from < one.to)
  if (mapping === undefined) return
  process.mappings.push({ ...mapping, from: result, to: result + (numberIn(argumentAt(context, 2)) ?? 0) })
}

export const mappingCalls: Readonly<Record<string, CallHandler>> = {
  mmap: map,
  mprotect: protect,
  munmap: unmap,
  mremap: remap,
}
