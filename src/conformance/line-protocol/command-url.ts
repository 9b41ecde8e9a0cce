/** The URL that stands for a storage behind the line protocol: the module of its adapter, and in the query what it starts. Pure. */
import type { Hello } from './hello.ts'
import type { LineProtocolOptions } from './line-protocol-adapter.ts'

const adapterModule = new URL('./command-adapter.js', import.meta.url)

export function commandUrl(command: string, hello: Hello, options: LineProtocolOptions = {}): URL {
  const url = new URL(adapterModule)
  url.searchParams.set('command', command)
  url.searchParams.set('hello', JSON.stringify(hello))
  if (Object.keys(options).length > 0) url.searchParams.set('options', JSON.stringify(options))
  return url
}

/** The command of such a URL; `undefined` of any other adapter's, and of what is no URL. */
export function commandOf(adapterUrl: string): string | undefined {
  if (!isCommandAdapterUrl(adapterUrl)) return undefined
  return new URL(adapterUrl).searchParams.get('command') ?? undefined
}

/** Whether an adapter's URL is one of a storage behind the line protocol. */
export function isCommandAdapterUrl(adapterUrl: string): boolean {
  return adapterUrl.startsWith(`${adapterModule.href}?`)
}
