/** A storage in any language as an adapter of the kit: a command that speaks the line protocol. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AdapterError,
  type DefinedAdapter,
  defineAdapter,
  type LogVerbs,
  type PaxosVerbs,
  type RaftVerbs,
} from '../kit/index.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { type Hello, type LineKind, sayHello } from './hello.ts'
import { lineLog } from './line-log.ts'
import { linePaxos } from './line-paxos.ts'
import { lineRaft } from './line-raft.ts'

export type LineProtocolOptions = Omit<ConnectionOptions, 'command' | 'directory' | 'name'>

/**
 * Runs `command` once, to hear what the storage says of itself, and makes an adapter of it. Each `open` starts a process of its own.
 * @throws {AdapterError} it cannot be run, or does not speak the protocol
 */
export async function lineProtocolAdapter(
  command: string,
  options: LineProtocolOptions = {},
): Promise<DefinedAdapter<LineKind>> {
  return adapterOf(command, await hear(command, options), options)
}

/** The adapter of a storage of which it is known what it says of itself. */
export function adapterOf(
  command: string,
  hello: Hello,
  options: LineProtocolOptions = {},
): DefinedAdapter<LineKind> {
  const { name, version, language, kind = 'log', capabilities, volatileFiles } = hello
  return defineAdapter<LineKind>({
    name,
    kind,
    version: [version, language && `(${language})`].filter(Boolean).join(' ') || undefined,
    capabilities,
    volatileFiles,
    open: (directory, { signal }) => open({ ...options, command, directory, name }, hello, signal),
  })
}

/** What the storage says of itself. Its process is ended again, and no directory is opened. */
export async function hear(command: string, options: LineProtocolOptions): Promise<Hello> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-hello-'))
  const connection = new Connection({ ...options, command, directory })
  try {
    const hello = await sayHello(connection, command)
    await connection.stop()
    // What it says wrong of itself is told here, and not by whoever opens it first.
    adapterOf(command, hello)
    return hello
  } finally {
    await connection.kill()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function open(
  options: ConnectionOptions,
  expected: Hello,
  signal: AbortSignal,
): Promise<LogVerbs & PaxosVerbs & RaftVerbs> {
  const connection = new Connection(options)
  signal.addEventListener('abort', () => void connection.kill(), { once: true })
  try {
    const hello = await sayHello(connection, options.command)
    checkSame(options.command, expected, hello)
    await connection.ask('open', { dir: options.directory })
    // One of them: the kind says which, and is the same as the definition's.
    return verbsOf[expected.kind ?? 'log'](connection, expected) as LogVerbs & PaxosVerbs & RaftVerbs
  } catch (error) {
    await connection.kill()
    throw error
  }
}

const verbsOf = { log: lineLog, paxos: linePaxos, raft: lineRaft } as const

function checkSame(command: string, expected: Hello, hello: Hello): void {
  const [before, now] = [expected, hello].map(({ name, kind = 'log', capabilities, commands = [] }) =>
    JSON.stringify([name, ...(kind === 'log' ? [] : [kind]), capabilities, ...commands]),
  )
  if (before === now) return
  const text = `"${command}" says of itself ${now}, and said ${before} before`
  throw new AdapterError('protocol', `${text}; a storage that is started again promises what it promised`)
}
