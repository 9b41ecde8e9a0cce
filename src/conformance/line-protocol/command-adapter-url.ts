import { commandUrl } from './command-url.ts'
import { hear, type LineProtocolOptions } from './line-protocol-adapter.ts'

/**
 * Runs `command` once, to hear what the storage says of itself, and returns the URL of a module whose default export is its adapter:
 * what the suites take as `adapterUrl`.
 * @throws {AdapterError} it cannot be run, or does not speak the protocol
 */
export async function commandAdapterUrl(command: string, options: LineProtocolOptions = {}): Promise<URL> {
  return commandUrl(command, await hear(command, options), options)
}
