/** The first question, and what a storage says of itself. */
import { show } from '../../arguments.ts'
import { AdapterError, type AdapterKind, type Capabilities } from '../kit/index.ts'
import { protocolVersion } from './commands.ts'
import type { Connection } from './connection.ts'

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
}

/** The kinds that the protocol has commands for. */
export type LineKind = Extract<AdapterKind, 'log' | 'paxos'>

/** @throws {AdapterError} it does not answer, or speaks another protocol */
export async function sayHello(connection: Connection, command: string): Promise<Hello> {
  const { protocol, kind = 'log', ...said } = await connection.ask('hello', { protocol: protocolVersion })
  if (protocol !== protocolVersion) {
    const text = `"${command}" speaks version ${protocol} of the line protocol, and this suite speaks ${protocolVersion}`
    throw new AdapterError('protocol', `${text}; take a storage and a suite of the same version`)
  }
  if (kind !== 'log' && kind !== 'paxos') {
    const text = `"${command}" is a storage of kind ${show(kind)}, and version ${protocolVersion} of the line protocol has commands for log and paxos`
    throw new AdapterError('definition', text)
  }
  return { ...said, kind } as unknown as Hello
}
