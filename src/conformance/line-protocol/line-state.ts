/** The thread's side of a state machine behind the line protocol: one method, which asks. */
import type { DefinedAdapter } from '../kit/index.ts'
import { AdapterError, defineAdapter, mandatoryMethods } from '../kit/index.ts'
import type { CommandName } from './commands.ts'
import { Connection } from './connection.ts'
import type { Hello } from './hello.ts'
import { sayHello } from './hello.ts'
import { closedError, endingOf } from './line-ending.ts'
import type { LineProtocolOptions } from './line-protocol-adapter.ts'
import type { Fields } from './reply.ts'
import { checkSame } from './same-hello.ts'

/** The adapter that the thread loads: what it opens is a process, which the suites' thread asks by its commands. */
export function stateProcessAdapter(
  command: string,
  hello: Hello,
  options: LineProtocolOptions = {},
): DefinedAdapter<'state-machine'> {
  const { name } = hello
  return defineAdapter({
    ...{ name, kind: 'state-machine' as const },
    open: async (directory, { signal }) => {
      const connection = new Connection({ ...options, command, directory, name })
      signal.addEventListener('abort', () => void connection.kill(), { once: true })
      try {
        checkSame(command, hello, await sayHello(connection, command))
      } catch (error) {
        await connection.kill()
        throw error
      }
      return methodsOf(connection) as never
    },
  })
}

function methodsOf(connection: Connection): object {
  const ending = endingOf(connection)
  const ask = async (command: CommandName, fields: Fields = {}): Promise<Fields> => {
    if (ending.isClosed()) throw closedError(command)
    return await connection.ask(command, fields)
  }
  // The kind's own methods are those of the object in the suites' thread.
  const elsewhere = Object.fromEntries(mandatoryMethods['state-machine'].map((name) => [name, unused]))
  return { ...elsewhere, ask, close: () => ending.close(), abandon: () => ending.abandon() }
}

function unused(): never {
  throw new AdapterError('definition', 'A state machine behind the line protocol is asked by its commands')
}
