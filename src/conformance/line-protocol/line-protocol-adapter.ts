/** A storage in any language as an adapter of the kit: a command that speaks the line protocol. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type DefinedAdapter,
  defineAdapter,
  type LogVerbs,
  type PaxosVerbs,
  type RaftVerbs,
  type StateMachineVerbs,
} from '../kit/index.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { type Hello, type LineKind, sayHello } from './hello.ts'
import { lineLog } from './line-log.ts'
import { linePaxos } from './line-paxos.ts'
import { lineRaft } from './line-raft.ts'
import { checkSame } from './same-hello.ts'
import { stateMachinesOf } from './state-machines.ts'

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
  const openState = kind === 'state-machine' ? stateMachinesOf(command, hello, options) : undefined
  return defineAdapter<LineKind>({
    name,
    kind,
    version: [version, language && `(${language})`].filter(Boolean).join(' ') || undefined,
    capabilities,
    volatileFiles,
    open: (directory, given) =>
      (openState?.(directory, given) ??
        open({ ...options, command, directory, name }, hello, given.signal)) as never,
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
): Promise<LogVerbs & PaxosVerbs & RaftVerbs & StateMachineVerbs> {
  const connection = new Connection(options)
  signal.addEventListener('abort', () => void connection.kill(), { once: true })
  try {
    const hello = await sayHello(connection, options.command)
    checkSame(options.command, expected, hello)
    await connection.ask('open', { dir: options.directory })
    // One of them: the kind says which, and is the same as the definition's.
    return verbsOf[expected.kind ?? 'log'](connection, expected) as never
  } catch (error) {
    await connection.kill()
    throw error
  }
}

const verbsOf = {
  ...{ log: lineLog, paxos: linePaxos, raft: lineRaft },
  // Its process is started by the machine itself.
  'state-machine': () => undefined,
} as const
