/** How the suites' thread asks a state machine in another process, and waits for the answer. */
import { HoldfastError } from '../../errors.ts'
import type { Bridge } from '../kit/index.ts'
import type { CommandName } from './commands.ts'
import { plain, unplain } from './plain-values.ts'
import type { StateCommandName } from './state-commands.ts'

type Answer = Readonly<Record<string, unknown>>

/** One state machine that was opened. */
export class StateLink {
  readonly #bridge: Bridge
  readonly #handle: number

  constructor(bridge: Bridge, directory: string) {
    this.#bridge = bridge
    this.#handle = bridge.open(directory)
  }

  ask(command: StateCommandName | CommandName, fields: Answer = {}): Answer {
    try {
      return unplain(this.#bridge.call(this.#handle, 'ask', [command, plain(fields)])) as Answer
    } catch (error) {
      throw withCode(error)
    }
  }

  close(): void {
    this.#bridge.call(this.#handle, 'close', [])
  }

  abandon(): void {
    this.#bridge.call(this.#handle, 'abandon', [])
  }
}

/** What a storage says of an error is its class, whose code follows from that. */
function withCode(error: unknown): unknown {
  if (!(error instanceof HoldfastError) || error.code !== undefined) return error
  const words = error.constructor.name.replace(/Error$/, '').replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_')
  return Object.assign(error, { code: `HOLDFAST_${words.toUpperCase()}` })
}
