/** Which calls of a workload can fail, and how each of them is made to. Pure. */

import type { Recorded } from '../power-loss/event.ts'
import { descriptorIn, numberIn, splitArguments } from '../power-loss/trace/arguments.ts'
import type { TracedCall } from '../power-loss/trace/call-assembler.ts'

/**
 * - `io-error`: EIO from a sync, or from a write that syncs. Nothing more of what was to be synced reaches the disk.
 * - `no-space`: ENOSPC from a write, or from what makes a name or a file longer.
 * - `short-write`: the kernel takes a part of the bytes and says so.
 * - `disk-full`: the same, and for a moment there is no room for what lies behind it either.
 */
export type FaultKind = 'io-error' | 'no-space' | 'short-write' | 'disk-full'

/** One call that the workload made on a file of the store when nothing failed. */
export interface FaultableCall {
  readonly name: string
  /** Counted among the calls of that name by the same thread, from 1: how strace counts. */
  readonly nth: number
  /** Among the calls that can fail, from 0. */
  readonly position: number
  /** In words. */
  readonly text: string
  readonly kind: 'sync' | 'synced-write' | 'write' | 'make'
  /** Of a write: where it begins and how many bytes it has. */
  readonly offset: number | undefined
  readonly bytes: number
}

export interface Fault {
  /** From 1. */
  readonly number: number
  readonly kind: FaultKind
  readonly call: FaultableCall
}

const kindsOf: Readonly<Record<FaultableCall['kind'], readonly FaultKind[]>> = {
  sync: ['io-error'],
  'synced-write': ['io-error', 'no-space', 'short-write', 'disk-full'],
  write: ['no-space', 'short-write', 'disk-full'],
  make: ['no-space'],
}

/** Every fault of every call, in order. */
export function faultsOf(calls: readonly FaultableCall[]): Fault[] {
  const faults = calls.flatMap((call) => kindsOf[call.kind].map((kind) => ({ kind, call })))
  const possible = faults.filter(({ kind, call }) => !isShort(kind) || canBeShort(call))
  return possible.map((fault, at) => ({ number: at + 1, ...fault }))
}

/** Whether a limit of file sizes makes it. */
export function isShort(kind: FaultKind): boolean {
  return kind === 'short-write' || kind === 'disk-full'
}

function canBeShort({ offset, bytes }: FaultableCall): boolean {
  return offset !== undefined && bytes > 1
}

export function describeFault({ kind, call }: Fault): string {
  const how = {
    'io-error': 'fails with EIO',
    'no-space': 'fails with ENOSPC',
    'short-write': 'comes back short',
    'disk-full': 'finds the disk full in the middle',
  }[kind]
  return `${call.text} (${call.name} number ${call.nth} of its thread) ${how}`
}

const syncNames: readonly string[] = ['fsync', 'fdatasync']
const writeNames: readonly string[] = ['write', 'writev', 'pwrite64', 'pwritev', 'pwritev2']

/** Finds the calls that can fail while a workload is recorded. */
export class FaultableCalls {
  readonly #rootMark: string
  readonly #counts = new Map<string, number>()
  /** Descriptors through which a write is durable when it returns. */
  readonly #syncing = new Set<number>()
  readonly calls: FaultableCall[] = []
  #latest: { readonly call: TracedCall; readonly nth: number } | undefined

  /** What is below `root` belongs to the store. */
  constructor(root: string) {
    this.#rootMark = markOf(root)
  }

  /** A call has ended; what it was to the disk is told next. */
  takeCall(call: TracedCall): void {
    const key = `${call.thread} ${call.name}`
    const nth = (this.#counts.get(key) ?? 0) + 1
    this.#counts.set(key, nth)
    this.#latest = undefined
    if (!isOnStore(call, this.#rootMark) || (numberIn(call.result) ?? -1) < 0) return
    this.#latest = { call, nth }
    const descriptor = descriptorIn(call.args) ?? -1
    if (call.name.startsWith('open')) this.#noteOpening(call)
    if (syncNames.includes(call.name)) this.#add('sync', `the sync of ${this.#labelOf(call)}`)
    // A file that is not recorded has no events.
    if (call.name === 'pwrite64') {
      const [, , bytes, offset] = splitArguments(call.args)
      const kind = this.#syncing.has(descriptor) ? 'synced-write' : 'write'
      this.#addWrite(kind, `the write to ${this.#labelOf(call)}`, numberIn(offset), numberIn(bytes) ?? 0)
    }
  }

  /** What the latest call was. */
  takeEvent(event: Recorded): void {
    const call = this.#latest?.call
    if (call === undefined) return
    if (event.kind === 'write' && call.name !== 'pwrite64' && writeNames.includes(call.name)) {
      const kind = event.isSynced ? 'synced-write' : 'write'
      this.#addWrite(kind, event.text, event.offset, event.bytes.length)
    }
    if (event.kind === 'create' || event.kind === 'rename' || event.kind === 'link')
      this.#add('make', event.text)
    if (event.kind === 'resize' && event.size > 0) this.#add('make', event.text)
  }

  #add(kind: FaultableCall['kind'], text: string): void {
    this.#addWrite(kind, text, undefined, 0)
  }

  #addWrite(kind: FaultableCall['kind'], text: string, offset: number | undefined, bytes: number): void {
    if (this.#latest === undefined) return
    const { call, nth } = this.#latest
    const position = this.calls.length
    this.calls.push({ name: call.name, nth, position, text, kind, offset, bytes })
    this.#latest = undefined
  }

  #noteOpening({ args, result }: TracedCall): void {
    const descriptor = descriptorIn(result)
    if (descriptor === undefined) return
    if (args.includes('O_DSYNC') || args.includes('O_SYNC')) this.#syncing.add(descriptor)
    else this.#syncing.delete(descriptor)
  }

  #labelOf({ args }: TracedCall): string {
    const from = args.indexOf(this.#rootMark) + this.#rootMark.length
    const [, hex = ''] = /^\\x2f((?:\\x[0-9a-f]{2})*)/.exec(args.slice(from)) ?? []
    return hex === ''
      ? 'the directory of the store'
      : Buffer.from(hex.replaceAll('\\x', ''), 'hex').toString()
  }
}

/** How strace writes the path with `-xx`. */
export function markOf(root: string): string {
  return [...Buffer.from(root)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
}

export function isOnStore({ args }: TracedCall, rootMark: string): boolean {
  return args.includes(rootMark)
}
