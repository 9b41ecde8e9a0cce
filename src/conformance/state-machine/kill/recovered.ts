/** Everything that is to be seen of a state machine after a crash. */
import type { StateMachine } from '../../../state-machine/index.ts'
import type { StateMachineAdapter } from '../adapter.ts'
import { viewOf } from '../entries.ts'
import { transfer } from '../expectations.ts'
import type { RecoveredSnapshot, RecoveredState } from './oracle.ts'
import { startMachine } from './perform.ts'

export interface RecoveryPlaces {
  readonly node: string
  /** Of a replica that has nothing. */
  readonly fresh: string
}

/**
 * Opens the state machine in `node` twice, and sends its newest snapshot to a replica in `fresh`, which is left empty.
 * @throws what it throws when it cannot be opened, read, or sent to another replica
 */
export async function readRecovered(
  adapter: StateMachineAdapter,
  { node, fresh }: RecoveryPlaces,
): Promise<RecoveredState> {
  const machine = await startMachine(adapter, node)
  const view = viewOf(machine)
  const digest = JSON.stringify(await machine.digest({ deep: true }))
  const snapshots = await readSnapshots(machine, () => startMachine(adapter, fresh))
  await machine.close()
  const second = await startMachine(adapter, node)
  const again = JSON.stringify(await second.digest({ deep: true }))
  await second.close()
  return { view, digest, again, snapshots }
}

/** Reads every listed snapshot to its end, and installs the newest in a replica that has nothing. */
async function readSnapshots(
  machine: StateMachine,
  startFresh: () => Promise<StateMachine>,
): Promise<RecoveredSnapshot[]> {
  const [newest, ...others] = await machine.listSnapshots()
  for (const { id } of others) {
    const source = await machine.openSnapshot(id)
    for await (const _block of source.blocks());
    await source.close()
  }
  if (newest === undefined || newest.applied.index === 0) return []
  const fresh = await startFresh()
  await transfer(machine, fresh, newest.id)
  const view = viewOf(fresh)
  await fresh.reset()
  await fresh.close()
  return [{ index: newest.applied.index, view }]
}
