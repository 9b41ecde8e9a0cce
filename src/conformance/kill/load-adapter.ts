import { InvalidArgumentError } from '../../errors.ts'
import type { LogAdapter } from '../adapter.ts'
import { bridgeLogAdapter, defineAdapter, isDefinition, loadDefault, stateMachineOnly } from '../kit/index.ts'
import { isStateAdapter } from '../state-machine/adapter.ts'
import { assertSurvivesProcess } from '../survives-process.ts'

/**
 * Loads the module and checks that its default export is an adapter, of the kit or of Holdfast's own port.
 * @throws {InvalidArgumentError} it is not
 * @throws {AdapterError} it is one of the kit, and not as it should be
 */
export async function loadAdapter(adapterUrl: URL | string): Promise<LogAdapter> {
  const adapter = await loadDefault(String(adapterUrl))
  if (isDefinition(adapter)) return bridgeLogAdapter(String(adapterUrl), defineAdapter(adapter))
  if (isStateAdapter(adapter)) return stateMachineOnly(adapter, String(adapterUrl))
  const { name, open } = adapter as Partial<LogAdapter>
  if (typeof open !== 'function' || typeof name !== 'string') {
    throw new InvalidArgumentError(
      'adapterUrl',
      `The default export of ${String(adapterUrl)} is no adapter: it needs a name, survivesProcess and open(directory)`,
    )
  }
  return adapter as LogAdapter
}

/**
 * As {@link loadAdapter}, of a store whose process can be killed.
 * @throws {InvalidArgumentError} it is none, or it says that what it commits does not outlive its process
 */
export async function loadDurableAdapter(adapterUrl: URL | string): Promise<LogAdapter> {
  const adapter = await loadAdapter(adapterUrl)
  assertSurvivesProcess(adapter, `kill ${adapter.name}`)
  return adapter
}
