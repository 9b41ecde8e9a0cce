/** What snapshots count. */
import { Registry } from 'prom-client'
import { describe, expect, onTestFinished, test } from 'vitest'
import { FailpointRegistry } from '../../failpoints/index.ts'
import { type FailureReason, failureReasons } from '../../src/errors.ts'
import { MemoryLog } from '../../src/log/index.ts'
import { createMetrics } from '../../src/metrics/index.ts'
import { type SnapshotOperation, snapshotOperations } from '../../src/observer.ts'
import { SnapshotStore } from '../../src/raft/snapshots/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { openEvent } from './events.ts'
import { scrape, seriesWith, valueIn } from './scrape.ts'

/** A log in memory and a store of snapshots of its name, as a node has them. */
function openNode() {
  const registry = new Registry()
  const failpoints = new FailpointRegistry()
  const observer = createMetrics({ registry, failpoints })
  const log = new MemoryLog({ name: 'orders', observer })
  const store = SnapshotStore.open(temporaryDirectory(), { name: 'orders', observer, failpoints })
  onTestFinished(() => {
    store.close()
    log.close()
  })
  return { registry, failpoints, log, store }
}

const counted = (name: string, op: SnapshotOperation): string => `holdfast_${name}{log="orders",op="${op}"}`
const failed = (op: SnapshotOperation, reason: FailureReason): string =>
  `holdfast_snapshot_failures_total{log="orders",op="${op}",reason="${reason}"}`

async function write(store: SnapshotStore, data: string, operation: 'create' | 'install' = 'create') {
  const writer = store.create({ index: 1, term: 1 }, { operation })
  writer.end(data)
  return writer.finish()
}

test('snapshots and their bytes are counted by operation', async () => {
  const { registry, store } = openNode()
  const { id } = await write(store, 'abc')
  await write(store, 'defgh')
  await write(store, 'from a leader', 'install')
  await store.verify(id)
  store.remove(id)
  const series = await scrape(registry)
  const read = (name: string) => snapshotOperations.map((op) => series.get(counted(name, op)))
  expect(read('snapshots_total')).toStrictEqual([2, 1, 1, 1])
  expect(read('snapshot_bytes_total')).toStrictEqual([8, 13, 3, 3])
})

test('the duration of a snapshot is that of its writing, of both kinds and of no others', async () => {
  const registry = new Registry()
  const observer = createMetrics({ registry })
  observer.onOpen?.(openEvent('orders'))
  for (const operation of snapshotOperations) {
    observer.onSnapshot?.({ log: 'orders', operation, snapshot: 'a', bytes: 1, durationMs: 2_000 })
  }
  const series = await scrape(registry)
  const value = (suffix: string, le = '') =>
    series.get(`holdfast_snapshot_duration_seconds_${suffix}{${le}log="orders"}`)
  expect([value('count'), value('sum')]).toStrictEqual([2, 4])
  expect([value('bucket', 'le="1",'), value('bucket', 'le="2.5",')]).toStrictEqual([0, 2])
})

test('failures are counted by operation and reason, and nothing is counted as done', async () => {
  const { registry, failpoints, store } = openNode()
  const { id } = await write(store, 'abc')
  failpoints.arm('snapshot.write', '1*return(ENOSPC)')
  await expect(write(store, 'abc', 'install')).rejects.toThrow()
  failpoints.arm('snapshot.read', '1*return')
  await expect(store.verify(id)).rejects.toThrow()
  failpoints.arm('snapshot.remove', '1*return(EIO)')
  expect(() => store.remove(id)).toThrow()
  const series = await scrape(registry)
  expect(series.get(failed('install', 'no_space'))).toBe(1)
  expect(series.get(failed('open', 'corrupt'))).toBe(1)
  expect(series.get(failed('remove', 'io'))).toBe(1)
  expect(series.get(failed('create', 'io'))).toBe(0)
  expect(series.get(counted('snapshots_total', 'install'))).toBe(0)
  expect(series.get('holdfast_checksum_failures_total{log="orders"}')).toBe(1)
})

test('a reason that is not in the closed list counts as other', async () => {
  const registry = new Registry()
  const observer = createMetrics({ registry })
  observer.onOpen?.(openEvent('orders'))
  for (const reason of ['weather', 'toString'] as unknown as FailureReason[]) {
    const error = new Error('rain')
    const event = {
      log: 'orders',
      operation: 'create',
      snapshot: undefined,
      reason,
      durationMs: 1,
      error,
    } as const
    observer.onSnapshotFailure?.(event)
  }
  expect(await valueIn(registry, failed('create', 'other'))).toBe(2)
})

describe('opening a log', () => {
  test('brings every operation with every reason, at 0', async () => {
    const { registry } = openNode()
    const series = await scrape(registry)
    for (const op of snapshotOperations) {
      expect(series.get(counted('snapshots_total', op))).toBe(0)
      expect(series.get(counted('snapshot_bytes_total', op))).toBe(0)
      for (const reason of failureReasons) expect(series.get(failed(op, reason))).toBe(0)
    }
  })

  test('is what a store without a log waits for: its counts are kept until then', async () => {
    const registry = new Registry()
    const observer = createMetrics({ registry })
    observer.onSnapshot?.({ log: 'orders', operation: 'create', snapshot: 'a', bytes: 5, durationMs: 1 })
    expect(await seriesWith(registry, 'log="orders"')).toStrictEqual([])
    observer.onOpen?.(openEvent('orders'))
    expect(await valueIn(registry, counted('snapshot_bytes_total', 'create'))).toBe(5)
  })
})
