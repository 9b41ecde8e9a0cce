import { InvalidArgumentError } from '../../../errors.ts'
import type { StateMachineAdapter } from '../adapter.ts'

/**
 * Loads the module, whose default export is a state machine's adapter.
 * @throws {InvalidArgumentError} the module's default export is no adapter that survives its process
 */
export async function loadStateAdapter(adapterUrl: URL | string): Promise<StateMachineAdapter> {
  const { default: adapter } = (await import(String(adapterUrl))) as {
    readonly default?: Partial<StateMachineAdapter>
  }
  if (typeof adapter?.create === 'function' && adapter.survivesProcess === true)
    return adapter as StateMachineAdapter
  throw new InvalidArgumentError(
    'adapterUrl',
    `The default export of ${String(adapterUrl)} is no adapter: it needs a name, create(directory), and survivesProcess`,
  )
}
