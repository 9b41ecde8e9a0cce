/** What is at hand when one call is turned into events. */
import { posix } from 'node:path'
import type { DiskEvent } from '../event.ts'
import { descriptorIn, shownPathIn, textIn } from './arguments.ts'
import type { TracedCall } from './call-assembler.ts'
import type { NameSpace, Place } from './name-space.ts'
import type { OpenFile, Processes, TracedProcess } from './processes.ts'

export interface CallContext {
  readonly call: TracedCall
  readonly args: readonly string[]
  /** What the call returned: 0 or more. */
  readonly result: number
  readonly process: TracedProcess
  readonly processes: Processes
  readonly names: NameSpace
  emit(event: DiskEvent): void
  /** The workload did what is not modelled. */
  refuse(why: string): void
}

export type CallHandler = (context: CallContext) => void

export function argumentAt({ args }: CallContext, at: number): string {
  return args[at] ?? ''
}

/** The open file of the descriptor at `at`, if it is one of the directory. */
export function fileAt(context: CallContext, at: number): OpenFile | undefined {
  return context.process.fileOf(descriptorIn(argumentAt(context, at)))
}

/** The absolute path that the argument at `at` names, seen from the directory that the one at `from` shows, if any does. */
export function pathAt(context: CallContext, at: number, from?: number): string {
  const path = textIn(argumentAt(context, at)) ?? ''
  const shown = from === undefined ? undefined : shownPathIn(argumentAt(context, from))
  return posix.resolve(shown ?? context.process.directory, path)
}

export function placeAt(context: CallContext, at: number, from?: number): Place | undefined {
  return context.names.placeOf(pathAt(context, at, from))
}

export function labelOf({ directory, name, node }: Place): string {
  if (node !== undefined) return node.label
  return directory.label === '.' ? name : `${directory.label}/${name}`
}
