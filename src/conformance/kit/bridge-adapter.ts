/** Any adapter of the kit as one that the suites can call: synchronously, through a thread that it runs in. */
import { makeDirectoryDurable } from '../../files/index.ts'
import type { LogStore } from '../../log/index.ts'
import type { LogAdapter } from '../adapter.ts'
import type { ContractParts } from '../contract/contract-case.ts'
import { AdapterError } from './adapter-error.ts'
import type { AdapterPortOptions } from './adapter-port.ts'
import { Bridge } from './bridge/bridge.ts'
import { type FullCapabilities, fullCapabilities } from './capabilities.ts'
import type { AdapterDescription } from './define-adapter.ts'
import { PaxosLog, paxosStorageOf } from './paxos-port.ts'
import { PortLog } from './port-log.ts'
import { RaftStandIn, raftNodeOf } from './raft-port.ts'
import type { AdapterKind } from './verbs.ts'

export interface BridgeAdapterOptions {
  /** A call that takes longer hangs. Default 30 seconds. */
  readonly callMsMax?: number | undefined
}

/** What was dropped may keep its locks for a moment: so long it is tried again. */
const lockedMsMax = 2_000

/** `definition` is the default export of the module at `adapterUrl`, which the thread loads again. */
export function bridgeLogAdapter(
  adapterUrl: string,
  definition: AdapterDescription,
  { callMsMax = 30_000 }: BridgeAdapterOptions = {},
): LogAdapter {
  const { name, version, kind, survivesProcess, volatileFiles } = definition
  if (kind === 'state-machine') return stateMachineOnly(definition, adapterUrl)
  const capabilities = promisedBy(definition)
  const threads = new Threads({
    adapterUrl,
    name,
    isTyped: capabilities.typedErrors,
    callMsMax,
  })
  return {
    ...{ name, version, kind, capabilities, survivesProcess, volatileFiles, parts: partsOf(kind) },
    open: (directory) => {
      // Adapters are promised that it exists: that its name is durable is then not for them to see to.
      makeDirectoryDurable(directory)
      const { bridge, handle } = threads.open(directory)
      return portOf(definition, {
        call: (method, ...parameters) => bridge.call(handle, method, parameters),
        abandon: () => threads.abandon(bridge, handle),
        has: (method) => bridge.has(handle, method),
      })
    },
  }
}

/**
 * What the adapter at `adapterUrl` says of itself, at once: for a runner that has to know its tests before anything can be waited for.
 * @throws {AdapterError} the module cannot be loaded, or exports no adapter
 */
export function describeAdapter(adapterUrl: string): AdapterDescription {
  const bridge = new Bridge({ adapterUrl, name: adapterUrl, isTyped: false, callMsMax: 30_000 })
  try {
    return bridge.describe()
  } finally {
    bridge.drop()
  }
}

/** What takes the place of a log where there is none: a state machine, of which the suites of state machines are. */
export function stateMachineOnly(
  { name, version, survivesProcess }: Pick<LogAdapter, 'name' | 'version' | 'survivesProcess'>,
  stateMachineUrl: string,
): LogAdapter {
  return {
    ...{ name, version, kind: 'state-machine', survivesProcess, stateMachineUrl },
    open: () => {
      throw new AdapterError('definition', `"${name}" is a state machine, and no log; give one of kind log`)
    },
  }
}

type Calls = Pick<AdapterPortOptions, 'call' | 'abandon' | 'has'>

/** An engine's storage has methods for it all: where nothing is said of them, what they change is durable when they return. */
function promisedBy({ kind, capabilities }: AdapterDescription): FullCapabilities {
  const ofEngine = {
    trim: 'returned',
    floor: 'returned',
    metadata: 'returned',
    replaceSuffix: 'stepwise',
  } as const
  return fullCapabilities(kind === 'log' ? capabilities : { ...ofEngine, ...capabilities })
}

function partsOf(kind: AdapterKind): ContractParts | undefined {
  if (kind === 'paxos') return { createPaxosStorage: (log) => paxosStorageOf(log) as never }
  return kind === 'raft' ? { createRaftNode: (log) => raftNodeOf(log) as never } : undefined
}

function portOf(definition: AdapterDescription, calls: Calls): LogStore {
  const { name, kind } = definition
  const options = { name, capabilities: promisedBy(definition), ...calls }
  if (kind === 'log') return new PortLog(options)
  if (kind === 'paxos') return new PaxosLog(options)
  if (kind === 'raft') return new RaftStandIn(options)
  throw new AdapterError(
    'definition',
    `"${name}" is an adapter of kind ${kind}, which this version has no suite for; give one of kind log`,
  )
}

/** The thread that the adapter is in: a new one when the last one was dropped, or has ended. */
class Threads {
  readonly #options: ConstructorParameters<typeof Bridge>[0]
  #bridge: Bridge | undefined
  #wasDropped = false

  constructor(options: ConstructorParameters<typeof Bridge>[0]) {
    this.#options = options
  }

  open(directory: string): { readonly bridge: Bridge; readonly handle: number } {
    const deadline = performance.now() + (this.#wasDropped ? lockedMsMax : 0)
    this.#wasDropped = false
    for (;;) {
      if (this.#bridge?.hasEnded) this.#bridge = undefined
      this.#bridge ??= new Bridge(this.#options)
      const bridge = this.#bridge
      try {
        return { bridge, handle: bridge.open(directory) }
      } catch (error) {
        if (error instanceof AdapterError || performance.now() > deadline) throw error
        sleep(20)
      }
    }
  }

  abandon(bridge: Bridge, handle: number): void {
    if (bridge.hasEnded) return
    if (bridge.has(handle, 'abandon')) {
      bridge.call(handle, 'abandon', [])
      return
    }
    bridge.drop()
    this.#wasDropped = true
  }
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0, ms)
}
