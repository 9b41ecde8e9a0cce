import type { LogAdapter } from '../adapter.ts'
import { loadStateAdapter, type StateMachineAdapter } from '../state-machine/index.ts'

/** What the model suite runs on: the storage itself, or the state machine where the adapter at `adapterUrl` is nothing but one. */
export async function modelledAdapter(
  adapter: LogAdapter,
  adapterUrl: string,
): Promise<LogAdapter | StateMachineAdapter> {
  return adapter.kind === 'state-machine' ? await loadStateAdapter(adapterUrl) : adapter
}
