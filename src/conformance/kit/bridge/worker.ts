/** The thread that an adapter runs in, with an event loop of its own, so that the suites can wait for it. */
import { writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { makeDirectoryDurable } from '../../../files/index.ts'
import { AdapterError } from '../adapter-error.ts'
import { type AdapterDescription, checkMethods, type DefinedAdapter } from '../define-adapter.ts'
import { loadDefinition } from '../load-definition.ts'
import { optionalMethods } from '../verbs.ts'
import { callsAhead, callsAheadVariable, goAheadExactly, goAheadInPool } from './calls-ahead.ts'
import { type Answer, answered, type BridgeStart, ended, type Request } from './protocol.ts'
import { takeApart } from './thrown.ts'

type Methods = Readonly<Record<string, (...parameters: readonly unknown[]) => unknown>>

const { adapterUrl, port, state } = workerData as BridgeStart
const flags = new Int32Array(state)
const opened = new Map<number, Methods>()
/** Aborted when what was opened is no longer waited for. */
const controllers = new Map<number, AbortController>()
let adapter: Promise<DefinedAdapter> | undefined
let ahead: Promise<void> | undefined
let current = 0
const standardError = 2

async function serve(request: Request): Promise<unknown> {
  switch (request.kind) {
    case 'describe':
      return await describe()
    case 'open':
      return await open(request.handle, request.directory)
    case 'call':
      return await call(request.handle, request.method, request.parameters)
    case 'drop':
      return process.exit(0)
    default:
      return request satisfies never
  }
}

async function describe(): Promise<AdapterDescription> {
  adapter ??= loadDefinition(adapterUrl)
  const { open: _, ...rest } = await adapter
  return rest
}

/** Where calls are to fail. */
async function goAheadAsAsked(): Promise<void> {
  const who = process.env[callsAheadVariable]
  if (who === undefined) return
  if (who === 'pool') await goAheadInPool(callsAhead.pool)
  goAheadExactly(callsAhead.adapter)
}

/** Returns which of the methods that may be left out it has. */
async function open(handle: number, directory: string): Promise<readonly string[]> {
  adapter ??= loadDefinition(adapterUrl)
  const definition = await adapter
  ahead ??= goAheadAsAsked()
  await ahead
  // Durable before the adapter sees it: what is not synced of it afterwards is not the adapter's fault.
  makeDirectoryDurable(directory)
  const controller = new AbortController()
  const storage = await definition.open(directory, { signal: controller.signal })
  checkMethods(definition, storage)
  opened.set(handle, storage as unknown as Methods)
  controllers.set(handle, controller)
  const methods = storage as unknown as Readonly<Record<string, unknown>>
  return optionalMethods.filter((method) => typeof methods[method] === 'function')
}

async function call(handle: number, method: string, parameters: readonly unknown[]): Promise<unknown> {
  const storage = opened.get(handle)
  const body = storage?.[method]
  if (typeof body !== 'function') {
    const text = `The adapter has no method ${method}; add it, or promise less`
    throw new AdapterError('missing-method', text, { method })
  }
  try {
    return await body.apply(storage, [...parameters])
  } finally {
    if (method === 'close' || method === 'abandon') controllers.get(handle)?.abort()
  }
}

function answer(said: Answer): void {
  try {
    port.postMessage(said)
  } catch (error) {
    // A value that cannot cross: a function, a symbol.
    port.postMessage({ number: said.number, kind: 'threw', error: takeApart(error) } satisfies Answer)
  }
  Atomics.store(flags, answered, said.number)
  Atomics.notify(flags, answered)
}

port.on('message', async (request: Request) => {
  const { number } = request
  current = number
  try {
    const value = await serve(request)
    answer({ number, kind: 'returned', value })
  } catch (error) {
    answer({ number, kind: 'threw', error: takeApart(error) })
  }
})

// Standard output is the report's: what an adapter prints there goes where people look for it.
process.stdout.write = (text: string | Uint8Array): boolean => {
  writeSync(standardError, Buffer.from(text as string))
  return true
}

process.on('uncaughtExceptionMonitor', (error) => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  port.postMessage({ number: current, kind: 'uncaught', text } satisfies Answer)
})

process.on('exit', () => {
  Atomics.store(flags, ended, 1)
  Atomics.notify(flags, answered)
})
