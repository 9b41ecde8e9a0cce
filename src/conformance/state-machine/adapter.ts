/** How a state machine is handed to its suites, which know none of their own. */
import type { StateMachine, StateMachineOptions } from '../../state-machine/index.ts'

/** A state machine under test. For the kill suite it is the default export of a module, because the child must load it again. */
export interface StateMachineAdapter {
  /** As reports call it. */
  readonly name: string
  /** Whether what was durable outlives the process. */
  readonly survivesProcess: boolean
  /** Whether a chunk is durable when it is applied. Else only what was flushed need be there after a crash. */
  readonly isAlwaysDurable: boolean
  /** Whether it makes snapshots of kind `native`. */
  readonly hasNative: boolean
  /** Names of files, wherever they are, whose content never matters after a power loss: a table of readers. Default: none. */
  readonly volatileFiles?: readonly string[] | undefined
  /** Whether it hits the failpoints of Holdfast's own. Default `true`. */
  readonly hasFailpoints?: boolean
  /** Whether it is in another process, which answers one call at a time, and is given only what JSON has. Default `false`. */
  readonly isRemote?: boolean
  /** A state machine in `directory`, not opened yet. The next one of the same directory finds what was left. */
  create(directory: string, options?: StateMachineOptions): StateMachine
}

/** Whether it is one, as opposed to what `defineAdapter` takes. */
export function isStateAdapter(value: unknown): value is StateMachineAdapter {
  return typeof (value as Partial<StateMachineAdapter> | undefined)?.create === 'function'
}
