/** The first question, and what a storage says of itself. */
import { show } from '../../arguments.ts'
import { AdapterError, type AdapterKind, type Capabilities } from '../kit/index.ts'
import { protocolMinor, protocolVersion } from './commands.ts'
import type { Connection } from './connection.ts'
import { optionalRaftCommands } from './raft-commands.ts'

/** What a storage says of itself, as plain data. */
export interface Hello {
  readonly name: string
  readonly version?: string | undefined
  /** In which it is written, for reports. */
  readonly language?: string | undefined
  /** Default `log`. */
  readonly kind?: LineKind | undefined
  readonly capabilities: Capabilities
  readonly volatileFiles?: readonly string[] | undefined
  /** The commands that it has of those that a storage of its kind may leave out. Default: none. */
  readonly commands?: readonly string[] | undefined
}

/** The kinds that the protocol has commands for. */
export type LineKind = AdapterKind

/** Since which minor version there are commands for each kind. */
const minorOf: Readonly<Record<LineKind, number>> = {
  ...{ log: 0, paxos: 0 },
  ...{ raft: 1, 'state-machine': 1 },
}
const version = `${protocolVersion}.${protocolMinor}`

/** @throws {AdapterError} it does not answer, or speaks another protocol */
export async function sayHello(connection: Connection, command: string): Promise<Hello> {
  const reply = await connection.ask('hello', { protocol: protocolVersion })
  const { protocol, minor = 0, kind = 'log', ...said } = reply
  if (protocol !== protocolVersion) {
    const text = `"${command}" speaks version ${protocol} of the line protocol, and this suite speaks ${protocolVersion}`
    throw new AdapterError('protocol', `${text}; take a storage and a suite of the same version`)
  }
  if ((minor as number) > protocolMinor) {
    const text = `"${command}" speaks version ${protocol}.${minor} of the line protocol, and this suite speaks ${version}`
    throw new AdapterError('protocol', `${text}; take a newer suite, or a storage of version ${version}`)
  }
  const hello = { ...said, kind: kindOf(command, kind, minor as number) } as unknown as Hello
  checkCommands(command, hello)
  return hello
}

function kindOf(command: string, kind: unknown, minor: number): LineKind {
  const of = `"${command}" is a storage of kind ${show(kind)}, and version`
  if (!Object.hasOwn(minorOf, kind as string)) {
    const known = Object.keys(minorOf).join(', ')
    throw new AdapterError('definition', `${of} ${version} of the line protocol has commands for ${known}`)
  }
  const needed = minorOf[kind as LineKind]
  if (minor >= needed) return kind as LineKind
  const next = `say "minor": ${needed} in hello`
  throw new AdapterError('definition', `${of} ${protocolVersion}.${minor} has no commands for that; ${next}`)
}

/** One that is misspelt would never be asked. */
function checkCommands(command: string, { kind, commands = [] }: Hello): void {
  const known: readonly string[] = kind === 'raft' ? optionalRaftCommands : []
  const unknown = commands.find((name) => !known.includes(name))
  if (unknown === undefined) return
  const there = known.length === 0 ? 'there are none' : `there are ${known.join(', ')}`
  const text = `"${command}" says that it has the command ${show(unknown)}, which is none that a storage of kind ${kind} may leave out`
  throw new AdapterError('definition', `${text}: ${there}`)
}
