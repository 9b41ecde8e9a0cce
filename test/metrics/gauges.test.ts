/** What a log says of itself at a scrape. */
import { statfsSync } from 'node:fs'
import { AggregatorRegistry, Registry } from 'prom-client'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { FailpointRegistry } from '../../failpoints/index.ts'
import { frameVersion } from '../../src/codec/index.ts'
import { MemoryLog, openLmdbLog } from '../../src/log/index.ts'
import { createMetrics } from '../../src/metrics/index.ts'
import { packageVersion } from '../../src/metrics/version.ts'
import { PaxosStorage } from '../../src/paxos/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { failureEvent, openEvent, writeEvent } from './events.ts'
import { scrape, seriesWith, valueIn } from './scrape.ts'

function readerOf(registry: Registry) {
  return (name: string) => valueIn(registry, `holdfast_${name}{log="orders"}`)
}

describe('an LMDB log', () => {
  test('tells its indexes, what is deferred, its sizes and its room', async () => {
    const registry = new Registry()
    const directory = temporaryDirectory()
    const observer = createMetrics({ registry })
    using log = openLmdbLog(directory, { name: 'orders', observer, reclaimPerCommit: 0 })
    const storage = new PaxosStorage<string>(log, { observer })
    const value = readerOf(registry)
    storage.appendEntries(['a', 'b', 'c', 'd', 'e'])
    storage.trim(3)
    storage.setCompactedIdx(2)
    expect(await value('deferred_ops')).toBe(2)
    expect(await value('first_index')).toBe(3)
    expect(await value('next_index')).toBe(5)
    expect(await value('compacted_index')).toBe(2)
    expect(await value('reclaimable_entries')).toBe(3)
    expect(await value('poisoned')).toBe(0)
    const stats = log.stats()
    expect(await value('size_bytes')).toBe(stats.sizeBytes)
    expect(await value('used_bytes')).toBe(stats.usedBytes)
    expect(await value('map_size_bytes')).toBe(stats.mapSizeBytes)
    expect(await value('open_read_transactions')).toBe(stats.openReadTransactions)
    expect(stats.sizeBytes > 0 && stats.usedBytes > 0 && Number(stats.mapSizeBytes) > 0).toBe(true)
    const { blocks, bsize } = statfsSync(directory)
    const free = Number(await value('filesystem_avail_bytes'))
    expect(free > 0 && free <= blocks * bsize).toBe(true)
    storage.flush()
    expect(await value('deferred_ops')).toBe(0)
    expect(await value('oldest_deferred_age_seconds')).toBe(0)
  })

  test('tells how long it took to be opened', async () => {
    const registry = new Registry()
    let durationMs = 0
    const metrics = createMetrics({ registry })
    const observer = {
      ...metrics,
      onOpen: (event: Parameters<NonNullable<typeof metrics.onOpen>>[0]) => {
        durationMs = event.durationMs
        metrics.onOpen?.(event)
      },
    }
    using _log = openLmdbLog(temporaryDirectory(), { name: 'orders', observer })
    expect(durationMs > 0).toBe(true)
    expect(await readerOf(registry)('recovery_duration_seconds')).toBe(durationMs / 1000)
  })
})

test('each gauge has the figure of its name', async () => {
  const registry = new Registry()
  const stats = {
    first_index: 1,
    next_index: 2,
    compacted_index: 3,
    reclaimable_entries: 4,
    deferred_ops: 5,
    size_bytes: 6,
    used_bytes: 7,
    map_size_bytes: 8,
    filesystem_avail_bytes: 9,
    open_read_transactions: 10,
  }
  const camelCase = (name: string) => name.replace(/_(\w)/g, (_match, letter) => letter.toUpperCase())
  const asStats = Object.entries(stats).map(([name, value]) => [camelCase(name), value])
  createMetrics({ registry }).onOpen?.(openEvent('orders', Object.fromEntries(asStats)))
  const series = await scrape(registry)
  const found = Object.keys(stats).map((name) => [name, series.get(`holdfast_${name}{log="orders"}`)])
  expect(Object.fromEntries(found)).toStrictEqual(stats)
})

test('a log in memory has no series of what it does not have', async () => {
  const registry = new Registry()
  using _log = new MemoryLog({ name: 'orders', observer: createMetrics({ registry }) })
  const series = await scrape(registry)
  for (const name of ['map_size_bytes', 'filesystem_avail_bytes', 'open_read_transactions']) {
    expect([name, series.has(`holdfast_${name}{log="orders"}`)]).toStrictEqual([name, false])
  }
  expect(series.get('holdfast_size_bytes{log="orders"}')).toBe(0)
})

test('poisoned is 1 from the write that left the medium in doubt until the log is opened again', async () => {
  const registry = new Registry()
  const failpoints = new FailpointRegistry()
  const observer = createMetrics({ registry })
  const log = new MemoryLog({ name: 'orders', observer, failpoints })
  const value = readerOf(registry)
  expect(await value('poisoned')).toBe(0)
  failpoints.arm('log.commit.inside', '1*return(EIO)')
  expect(() => log.commit([{ kind: 'append', entries: [new Uint8Array(1)] }])).toThrow()
  expect(await value('poisoned')).toBe(1)
  log.close()
  using _reopened = new MemoryLog({ name: 'orders', observer, disk: log.disk })
  expect(await value('poisoned')).toBe(0)
})

test('info is 1, with the version of the package and of the format', async () => {
  const registry = new Registry()
  using _log = new MemoryLog({ name: 'orders', observer: createMetrics({ registry }) })
  const name = `holdfast_info{format_version="${frameVersion}",log="orders",version="${packageVersion}"}`
  expect(await valueIn(registry, name)).toBe(1)
})

describe('the time that passes', () => {
  function playAt(now: number) {
    vi.useFakeTimers({ toFake: ['Date', 'performance'], now })
    onTestFinished(() => void vi.useRealTimers())
    const registry = new Registry()
    return { registry, observer: createMetrics({ registry }), value: readerOf(registry) }
  }

  test('oldest_deferred_age_seconds is the age of the oldest deferred operation', async () => {
    const { observer, value } = playAt(1_000_000)
    using log = new MemoryLog({ name: 'orders', observer })
    expect(await value('oldest_deferred_age_seconds')).toBe(0)
    log.defer([{ kind: 'compact', index: 1 }])
    vi.advanceTimersByTime(2_000)
    log.defer([{ kind: 'compact', index: 2 }])
    vi.advanceTimersByTime(500)
    expect(await value('oldest_deferred_age_seconds')).toBe(2.5)
    log.flush()
    expect(await value('oldest_deferred_age_seconds')).toBe(0)
  })

  test('oldest_deferred_age_seconds is not negative when the clock is set back', async () => {
    const { observer, value } = playAt(1_000_000)
    using log = new MemoryLog({ name: 'orders', observer })
    log.defer([{ kind: 'compact', index: 1 }])
    vi.setSystemTime(900_000)
    expect(await value('oldest_deferred_age_seconds')).toBe(0)
  })

  test('commit_in_progress_seconds grows from the start of a commit to its end', async () => {
    const { observer, value } = playAt(0)
    observer.onOpen?.(openEvent('orders'))
    expect(await value('commit_in_progress_seconds')).toBe(0)
    observer.onCommitStart?.({ log: 'orders', operation: 'append_entry' })
    vi.advanceTimersByTime(12_500)
    expect(await value('commit_in_progress_seconds')).toBe(12.5)
    observer.onWrite?.(writeEvent('orders', { operation: 'set_decided_idx', class: 'deferred' }))
    expect(await value('commit_in_progress_seconds')).toBe(12.5)
    observer.onWrite?.(writeEvent('orders', { operation: 'append_entry' }))
    expect(await value('commit_in_progress_seconds')).toBe(0)
  })

  test('commit_in_progress_seconds is 0 after a commit failed', async () => {
    const { observer, value } = playAt(0)
    observer.onOpen?.(openEvent('orders'))
    observer.onCommitStart?.({ log: 'orders', operation: 'append_entry' })
    vi.advanceTimersByTime(1_000)
    observer.onWriteFailure?.(failureEvent('orders'))
    expect(await value('commit_in_progress_seconds')).toBe(0)
  })

  test('commit_in_progress_seconds is the longest of all logs under _all', async () => {
    const { registry } = playAt(0)
    const observer = createMetrics({ registry, perLog: false })
    for (const log of ['a', 'b']) {
      observer.onOpen?.(openEvent(log))
      observer.onCommitStart?.({ log, operation: 'commit' })
      vi.advanceTimersByTime(1_000)
    }
    const value = () => valueIn(registry, 'holdfast_commit_in_progress_seconds{log="_all"}')
    expect(await value()).toBe(2)
    observer.onWrite?.(writeEvent('a'))
    expect(await value()).toBe(1)
  })
})

describe('a scrape', () => {
  test('asks each log once, and the next scrape asks again', async () => {
    const registry = new Registry()
    const observer = createMetrics({ registry })
    let asked = 0
    const event = openEvent('orders')
    const stats = () => ({ ...event.stats(), nextIndex: ++asked })
    observer.onOpen?.({ ...event, stats })
    expect(await readerOf(registry)('next_index')).toBe(1)
    expect(await readerOf(registry)('next_index')).toBe(2)
    expect(asked).toBe(2)
  })

  test('sees a write between two metrics that are read in one turn', async () => {
    const registry = new Registry()
    const log = new MemoryLog({ name: 'orders', observer: createMetrics({ registry }) })
    const nextIndex = () => registry.getSingleMetricAsString('holdfast_next_index')
    const before = nextIndex()
    log.commit([{ kind: 'append', entries: [new Uint8Array(1)] }])
    const after = nextIndex()
    expect((await before).endsWith(' 0') && (await after).endsWith(' 1')).toBe(true)
    log.close()
  })

  test('goes on when a log cannot say how it is: what it would have said is not there', async () => {
    const registry = new Registry()
    const observer = createMetrics({ registry })
    const stats = () => {
      throw new Error('EIO: statfs')
    }
    observer.onOpen?.({ ...openEvent('orders'), stats })
    observer.onOpen?.(openEvent('other', { nextIndex: 5 }))
    const series = await scrape(registry)
    expect(series.has('holdfast_next_index{log="orders"}')).toBe(false)
    expect(series.has('holdfast_poisoned{log="orders"}')).toBe(false)
    expect(series.get('holdfast_appended_entries_total{log="orders"}')).toBe(0)
    expect(series.get('holdfast_next_index{log="other"}')).toBe(5)
  })

  test('leaves no timer behind', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'setImmediate'] })
    onTestFinished(() => void vi.useRealTimers())
    const registry = new Registry()
    using log = new MemoryLog({ observer: createMetrics({ registry }) })
    log.commit([{ kind: 'append', entries: [new Uint8Array(1)] }])
    await registry.metrics()
    expect(vi.getTimerCount()).toBe(0)
  })
})

test('the workers of a cluster become one: counts are summed, indexes and ages are not', async () => {
  const worker = async (nextIndex: number) => {
    const registry = new Registry()
    const observer = createMetrics({ registry })
    observer.onOpen?.(openEvent('orders', { nextIndex, filesystemAvailBytes: nextIndex, isPoisoned: true }))
    observer.onWrite?.(writeEvent('orders', { appendedEntries: 2 }))
    return registry.getMetricsAsJSON()
  }
  const cluster = AggregatorRegistry.aggregate([await worker(10), await worker(7)]) as Registry
  const value = readerOf(cluster)
  expect(await value('next_index')).toBe(10)
  expect(await value('poisoned')).toBe(1)
  expect(await value('filesystem_avail_bytes')).toBe(7)
  expect(await value('appended_entries_total')).toBe(4)
  expect(
    [...(await scrape(cluster))].filter(([name]) => name.startsWith('holdfast_info')).map(([, one]) => one),
  ).toStrictEqual([1])
  expect(await seriesWith(cluster, 'holdfast_commit_entries_count')).toHaveLength(1)
})
