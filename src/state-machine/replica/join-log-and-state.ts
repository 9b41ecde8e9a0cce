/** Brings a log and a state machine to where a replica can go on, whatever a crash left between them. */
import { failIfAsked } from '../../write-failure.ts'
import type { SnapshotManifest } from '../snapshots/manifest.ts'
import type { RecoveryInfo, StateMachine } from '../state-machine.ts'
import { ReplicaMismatchError } from './errors.ts'
import { judgeFit } from './fit.ts'
import type { ReplicaSettings } from './options.ts'
import type { ReplicatedLog } from './replicated-log.ts'

/** @throws {ReplicaMismatchError} they do not fit, and nothing was changed */
export async function joinLogAndState(
  log: ReplicatedLog,
  machine: StateMachine,
  { clusterId, failpoints }: ReplicaSettings,
): Promise<RecoveryInfo> {
  assertSameCluster(log, machine, clusterId)
  const recovery = await machine.open()
  const pendingInstall = await log.recover()
  const snapshots = await machine.listSnapshots()
  const plan = judgeFit({ log, applied: machine.applied(), snapshots, pendingInstall })
  failIfAsked(failpoints, 'replica.open.fit', { log: log.name, operation: 'open a replica' })
  if (clusterId !== undefined && log.clusterId === undefined) log.bind(clusterId)
  // The state first: a log that begins after what no state has could not be gone on with.
  if (plan.install !== undefined) await installOwn(machine, plan.install)
  if (plan.tellLog !== undefined) log.install(plan.tellLog)
  await machine.start()
  return recovery
}

function assertSameCluster(log: ReplicatedLog, machine: StateMachine, asked: string | undefined): void {
  const told = [
    ['the log is of', log.clusterId],
    ['the state machine is of', machine.clusterId || undefined],
    ['the replica is opened for', asked],
  ] as const
  const [first, ...others] = told.flatMap(([whose, id]) => (id === undefined ? [] : [{ whose, id }]))
  const other = others.find(({ id }) => id !== first?.id)
  if (first === undefined || other === undefined) return
  const [one, two] = [first, other].map(({ whose, id }) => `${whose} cluster ${JSON.stringify(id)}`)
  throw new ReplicaMismatchError('cluster', log.name, undefined, `${one}, and ${two}`)
}

async function installOwn(machine: StateMachine, manifest: SnapshotManifest): Promise<void> {
  const source = await machine.openSnapshot(manifest.id)
  try {
    const install = await machine.beginInstall(source.manifest)
    for await (const { block, bytes } of source.blocks(0, { reuseMemory: true }))
      await install.write(block, bytes)
    await install.commit()
  } finally {
    await source.close()
  }
}
