/** Which cluster a log is of, as noted in its metadata. */
import type { LogStore } from '../../log/index.ts'

const key = 'replica.cluster_id'

export function readCluster(log: LogStore): string | undefined {
  const stored = log.getMeta(key)
  return stored && Buffer.from(stored).toString()
}

export function noteCluster(log: LogStore, clusterId: string): void {
  log.commit([{ kind: 'setMeta', key, value: Buffer.from(clusterId) }], 'note_cluster')
}
