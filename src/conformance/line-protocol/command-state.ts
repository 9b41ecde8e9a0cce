/** The module by which a thread loads a state machine that is a command: its URL says which. */
import type { DefinedAdapter } from '../kit/index.ts'
import type { Hello } from './hello.ts'
import type { LineProtocolOptions } from './line-protocol-adapter.ts'
import { stateProcessAdapter } from './line-state.ts'

const { searchParams } = new URL(import.meta.url)

const adapter: DefinedAdapter<'state-machine'> = stateProcessAdapter(
  searchParams.get('command') ?? '',
  JSON.parse(searchParams.get('hello') ?? '{}') as Hello,
  JSON.parse(searchParams.get('options') ?? '{}') as LineProtocolOptions,
)

export default adapter
