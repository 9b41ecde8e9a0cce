/** Turns a module into a state machine's adapter: Holdfast's own form, or one of the kit. */
import { InvalidArgumentError } from '../../errors.ts'
import type { StateMachine, StateMachineOptions } from '../../state-machine/index.ts'
import {
  AdapterError,
  checkMethods,
  type DefinedAdapter,
  defineAdapter,
  isDefinition,
  loadDefault,
} from '../kit/index.ts'
import { isCommandAdapterUrl } from '../line-protocol/index.ts'
import { assertSurvivesProcess } from '../survives-process.ts'
import { isStateAdapter, type StateMachineAdapter } from './adapter.ts'

/**
 * Loads the module and checks that its default export is a state machine's adapter.
 * @throws {InvalidArgumentError} it is not
 * @throws {AdapterError} it is one of the kit, and not as it should be
 */
export async function loadStateAdapter(adapterUrl: URL | string): Promise<StateMachineAdapter> {
  const exported = await loadDefault(String(adapterUrl))
  if (isStateAdapter(exported)) return exported
  const definition = isDefinition(exported) ? defineAdapter(exported) : undefined
  if (definition?.kind === 'state-machine')
    return {
      ...stateAdapterOf(definition as DefinedAdapter<'state-machine'>),
      isRemote: isCommandAdapterUrl(String(adapterUrl)),
    }
  throw new InvalidArgumentError(
    'adapterUrl',
    `The default export of ${String(adapterUrl)} is no adapter of a state machine: it needs a name, create(directory), and survivesProcess`,
  )
}

/** It runs in this thread: all that takes time is asynchronous in a state machine. */
function stateAdapterOf(definition: DefinedAdapter<'state-machine'>): StateMachineAdapter {
  const { name, survivesProcess } = definition
  return {
    ...{ name, survivesProcess },
    ...{ isAlwaysDurable: false, hasNative: false, hasFailpoints: false },
    create: (directory, options) => createOf(definition, directory, options),
  }
}

function createOf(
  definition: DefinedAdapter<'state-machine'>,
  directory: string,
  options: StateMachineOptions | undefined,
): StateMachine {
  const created = definition.open(directory, { signal: new AbortController().signal, ...options })
  if (created instanceof Promise) {
    const text = `open() of "${definition.name}" returned a promise, and a state machine is created at once`
    throw new AdapterError('answer', `${text}; what takes time belongs into its own open()`)
  }
  checkMethods(definition, created)
  return created as StateMachine
}

/**
 * As {@link loadStateAdapter}, of a state machine whose process can be killed.
 * @throws {InvalidArgumentError} it says that what it commits does not outlive its process
 */
export async function loadDurableStateAdapter(adapterUrl: URL | string): Promise<StateMachineAdapter> {
  const adapter = await loadStateAdapter(adapterUrl)
  assertSurvivesProcess(adapter, `kill ${adapter.name}`)
  return adapter
}
