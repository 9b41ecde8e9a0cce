/** Which descriptor of which process is which open file. Threads share a table; children get a copy of one. */
import type { TracedNode } from './name-space.ts'

/** One open file: duplicates of a descriptor, and those that children inherit, share it with its position. */
export interface OpenFile {
  readonly node: TracedNode
  readonly isSynced: boolean
  readonly isAppending: boolean
  readonly isWritable: boolean
  position: number
}

interface Descriptor {
  readonly file: OpenFile
  readonly closesOnExec: boolean
}

/** A writable file that is mapped and shared: harmless until somebody makes the memory writable. */
export interface SharedMapping {
  readonly from: number
  readonly to: number
  readonly node: TracedNode
}

export class TracedProcess {
  readonly descriptors: Map<number, Descriptor>
  mappings: SharedMapping[] = []
  directory: string

  constructor(directory: string, descriptors: ReadonlyMap<number, Descriptor> = new Map()) {
    this.directory = directory
    this.descriptors = new Map(descriptors)
  }

  fileOf(descriptor: number | undefined): OpenFile | undefined {
    return descriptor === undefined ? undefined : this.descriptors.get(descriptor)?.file
  }

  exec(): void {
    this.mappings = []
    for (const [number, { closesOnExec }] of this.descriptors)
      if (closesOnExec) this.descriptors.delete(number)
  }
}

export class Processes {
  readonly #byThread = new Map<number, TracedProcess>()
  readonly #directory: string
  #first: TracedProcess | undefined

  /** `directory` is where the first process starts. */
  constructor(directory: string) {
    this.#directory = directory
  }

  /** A thread that is seen before the call that made it has returned is one of the first process. */
  of(thread: number): TracedProcess {
    const known = this.#byThread.get(thread)
    if (known !== undefined) return known
    this.#first ??= new TracedProcess(this.#directory)
    this.#byThread.set(thread, this.#first)
    return this.#first
  }

  /** `parent` made `child`, sharing its descriptors or not. */
  clone(parent: number, child: number, isShared: boolean): void {
    const process = this.of(parent)
    this.#byThread.set(child, isShared ? process : new TracedProcess(process.directory, process.descriptors))
  }
}
