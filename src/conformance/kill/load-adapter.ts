import { InvalidArgumentError } from '../../errors.ts'
import type { LogAdapter } from '../adapter.ts'

/** Loads the module and checks that its default export is an adapter. @throws {InvalidArgumentError} it is not */
export async function loadAdapter(adapterUrl: URL | string): Promise<LogAdapter> {
  const module = (await import(String(adapterUrl))) as { readonly default?: Partial<LogAdapter> }
  const adapter = module.default
  if (typeof adapter?.open !== 'function' || typeof adapter.name !== 'string') {
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
  if (adapter.survivesProcess) return adapter
  throw new InvalidArgumentError(
    'adapterUrl',
    `Cannot kill ${adapter.name}: what it commits does not outlive its process, as it says itself`,
  )
}
