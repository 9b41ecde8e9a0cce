/** The state machines of one command. Their thread is started with the first of them. */
import type { StateMachine, StateMachineOptions } from '../../state-machine/index.ts'
import { Bridge } from '../kit/index.ts'
import type { ConnectionOptions } from './connection.ts'
import type { Hello } from './hello.ts'
import { LineStateMachine } from './line-state-machine.ts'
import { StateLink } from './state-link.ts'

type Options = Omit<ConnectionOptions, 'command' | 'directory' | 'name'>

/** Answers may take as long as the protocol lets them: it tells first. */
const callMsMax = 60_000

export function stateMachinesOf(
  command: string,
  hello: Hello,
  options: Options,
): (directory: string, given: object) => StateMachine {
  const url = new URL('./command-state.js', import.meta.url)
  url.searchParams.set('command', command)
  url.searchParams.set('hello', JSON.stringify(hello))
  url.searchParams.set('options', JSON.stringify(options))
  let bridge: Bridge | undefined
  return (directory, given) => {
    const { signal: _, ...machine } = given as StateMachineOptions & { readonly signal?: AbortSignal }
    return new LineStateMachine(directory, machine, () => {
      if (bridge?.hasEnded) bridge = undefined
      bridge ??= new Bridge({ adapterUrl: url.href, name: hello.name, isTyped: true, callMsMax })
      return new StateLink(bridge, directory)
    })
  }
}
