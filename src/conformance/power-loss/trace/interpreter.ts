/** Turns traced calls into events. */
import { lineDescriptor } from '../../kill/protocol.ts'
import type { Image } from '../disk/image.ts'
import type { Recorded, WorkloadLine } from '../event.ts'
import { bytesIn, descriptorIn, numberIn, splitArguments } from './arguments.ts'
import type { TracedCall } from './call-assembler.ts'
import type { CallContext, CallHandler } from './call-context.ts'
import { copyCalls } from './copy-calls.ts'
import { descriptorCalls } from './descriptor-calls.ts'
import { failedSync } from './failed-calls.ts'
import { findParts, type KnownImage, knowParts } from './found.ts'
import { mappingCalls } from './mapping-calls.ts'
import { nameCalls } from './name-calls.ts'
import { NameSpace } from './name-space.ts'
import { Processes } from './processes.ts'
import { writeCalls } from './write-calls.ts'

const handlers: ReadonlyMap<string, CallHandler> = new Map(
  Object.entries({ ...descriptorCalls, ...writeCalls, ...copyCalls, ...nameCalls, ...mappingCalls }),
)

/** What strace is asked to show; calls that a machine does not have are no error. */
export const tracedCalls: readonly string[] = [...handlers.keys()]
/** Of which the arguments are shown as numbers: what was read matters to nobody. */
export const rawCalls = ['read', 'readv'] as const

export interface InterpreterOptions {
  /** What is below it counts. An absolute path without links, to a directory that is empty or was found. */
  readonly root: string
  /** Where the first process starts. */
  readonly directory: string
  readonly volatileFiles: readonly string[]
}

export class Interpreter {
  readonly #names: NameSpace
  readonly #processes: Processes
  #unread = ''
  #out: Recorded[] = []

  constructor({ root, directory, volatileFiles }: InterpreterOptions) {
    this.#names = new NameSpace(root, volatileFiles)
    this.#processes = new Processes(directory)
  }

  /** Takes what is in the directory before anything is recorded. */
  find({ parts }: Image): readonly Recorded[] {
    return findParts(this.#names, parts)
  }

  /** Takes what is in the directory, of which the disk knows already: all of its nodes have numbers below `nodeCount`. */
  know({ image: { parts }, nodeCount }: KnownImage): void {
    knowParts(this.#names, parts)
    this.#names.numberFrom(nodeCount)
  }

  /** The events of one call: none, unless it succeeded and is about the directory or what the workload says. */
  take(call: TracedCall): readonly Recorded[] {
    this.#out = []
    const result = numberIn(call.result)
    const handler = handlers.get(call.name)
    if (result === undefined || handler === undefined) return this.#out
    const context = this.#contextOf(call, result)
    if (result < 0) failedSync(context)
    else if (call.name === 'write' && isSaying(context)) this.#hear(context)
    else handler(context)
    return this.#out
  }

  #contextOf(call: TracedCall, result: number): CallContext {
    return {
      call,
      result,
      args: splitArguments(call.args),
      process: this.#processes.of(call.thread),
      processes: this.#processes,
      names: this.#names,
      emit: (event) => void this.#out.push(event),
      refuse: (why) => void this.#out.push({ kind: 'cannot-judge', why }),
    }
  }

  /** A line may take more than one call. */
  #hear({ args, result }: CallContext): void {
    const said = bytesIn(args[1] ?? '')
      ?.subarray(0, result)
      .toString('latin1')
    const lines = (this.#unread + said).split('\n')
    this.#unread = lines.pop() ?? ''
    for (const line of lines) {
      const text = Buffer.from(line, 'latin1').toString('utf8')
      this.#out.push({ kind: 'line', line: JSON.parse(text) as WorkloadLine })
    }
  }
}

function isSaying({ args, process }: CallContext): boolean {
  const descriptor = descriptorIn(args[0] ?? '')
  return descriptor === lineDescriptor && process.fileOf(descriptor) === undefined
}
