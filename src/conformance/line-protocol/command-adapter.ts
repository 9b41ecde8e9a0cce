/** The module by which the suites, and the children that they kill, load a storage that is a command: its URL says which. */
import { AdapterError, type DefinedAdapter } from '../kit/index.ts'
import type { Hello, LineKind } from './hello.ts'
import { adapterOf, type LineProtocolOptions, lineProtocolAdapter } from './line-protocol-adapter.ts'

async function adapterOfUrl({ searchParams }: URL): Promise<DefinedAdapter<LineKind>> {
  const command = searchParams.get('command')
  const hello = searchParams.get('hello')
  const options = JSON.parse(searchParams.get('options') ?? '{}') as LineProtocolOptions
  if (command === null) {
    throw new AdapterError(
      'definition',
      'No command was given: load this module by what commandAdapterUrl() returns',
    )
  }
  return hello === null
    ? await lineProtocolAdapter(command, options)
    : adapterOf(command, JSON.parse(hello) as Hello, options)
}

const adapter: DefinedAdapter<LineKind> = await adapterOfUrl(new URL(import.meta.url))

export default adapter
