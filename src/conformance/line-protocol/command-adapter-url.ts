import { hear, type LineProtocolOptions } from './line-protocol-adapter.ts'

const adapterModule = new URL('./command-adapter.js', import.meta.url)

/** Whether an adapter's URL is one of a storage behind the line protocol. */
export function isCommandAdapterUrl(adapterUrl: string): boolean {
  return adapterUrl.startsWith(adapterModule.href)
}

/**
 * Runs `command` once, to hear what the storage says of itself, and returns the URL of a module whose default export is its adapter:
 * what the suites take as `adapterUrl`.
 * @throws {AdapterError} it cannot be run, or does not speak the protocol
 */
export async function commandAdapterUrl(command: string, options: LineProtocolOptions = {}): Promise<URL> {
  const hello = await hear(command, options)
  const url = new URL(adapterModule)
  url.searchParams.set('command', command)
  url.searchParams.set('hello', JSON.stringify(hello))
  if (Object.keys(options).length > 0) url.searchParams.set('options', JSON.stringify(options))
  return url
}
