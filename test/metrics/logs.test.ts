/** Which series there are when logs are opened and closed, two have one name, or all are told of together. */
import { Registry } from 'prom-client'
import { describe, expect, test } from 'vitest'
import { FailpointRegistry } from '../../failpoints/index.ts'
import { LogClosedError } from '../../src/errors.ts'
import { LmdbEnvironment } from '../../src/lmdb/index.ts'
import { MemoryLog, openLmdbLogIn } from '../../src/log/index.ts'
import { createMetrics, metricDefinitions } from '../../src/metrics/index.ts'
import { PaxosStorage } from '../../src/paxos/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { failureEvent, openEvent, writeEvent } from './events.ts'
import { failureSeries, scrape, seriesWith, valueIn } from './scrape.ts'

const append = { kind: 'append', entries: [new Uint8Array(3)] } as const

describe('opening a log', () => {
  test('brings a series of every metric that has the label log', async () => {
    const registry = new Registry()
    createMetrics({ registry }).onOpen?.(openEvent('orders'))
    const series = await seriesWith(registry, 'log="orders"')
    const names = new Set(series.map((name) => name.replace(/(_bucket|_sum|_count)?\{.*/, '')))
    expect([...names].sort()).toStrictEqual(
      metricDefinitions
        .filter(({ name, labels }) => labels.includes('log') && !/^(state|replica)_/.test(name))
        .map(({ name }) => `holdfast_${name}`)
        .sort(),
    )
  })

  test('brings nothing of a log that is not open', async () => {
    const registry = new Registry()
    const observer = createMetrics({ registry })
    observer.onWriteFailure?.(failureEvent('orders'))
    expect(await seriesWith(registry, 'log=')).toStrictEqual([])
  })

  test("keeps each log's numbers apart", async () => {
    const registry = new Registry()
    const observer = createMetrics({ registry })
    using environment = LmdbEnvironment.open(temporaryDirectory())
    using a = openLmdbLogIn(environment, 'a', { observer, create: true })
    using b = openLmdbLogIn(environment, 'b', { observer, create: true })
    a.commit([append])
    b.commit([append, append])
    const series = await scrape(registry)
    expect(series.get('holdfast_next_index{log="a"}')).toBe(1)
    expect(series.get('holdfast_next_index{log="b"}')).toBe(2)
    expect(series.get('holdfast_commit_entries_sum{log="a"}')).toBe(1)
    expect(series.get('holdfast_appended_entries_total{log="b"}')).toBe(2)
  })
})

describe.each(['close', 'abandon'] as const)('%s()', (end) => {
  test("takes the log's series away, and no other's", async () => {
    const registry = new Registry()
    const observer = createMetrics({ registry })
    const orders = new MemoryLog({ name: 'orders', observer })
    using _other = new MemoryLog({ name: 'other', observer })
    const others = await seriesWith(registry, 'log="other"')
    orders.commit([append])
    orders[end]()
    expect(await seriesWith(registry, 'log="orders"')).toStrictEqual([])
    expect(await seriesWith(registry, 'log="other"')).toStrictEqual(others)
  })
})

describe('after the close', () => {
  test('what its storage refuses does not bring the series back', async () => {
    const registry = new Registry()
    const observer = createMetrics({ registry })
    const storage = new PaxosStorage(new MemoryLog({ name: 'orders', observer }), { observer })
    storage.close()
    expect(() => storage.setDecidedIdx(-1)).toThrow()
    observer.onWrite?.(writeEvent('orders', { appendedEntries: 1 }))
    expect(await seriesWith(registry, 'log="orders"')).toStrictEqual([])
  })

  test('opening it again goes on counting: a failure, close and open between two scrapes is seen', async () => {
    const registry = new Registry()
    const failpoints = new FailpointRegistry()
    const observer = createMetrics({ registry })
    const log = new MemoryLog({ name: 'orders', observer, failpoints })
    const at = failureSeries({ log: 'orders', op: 'commit', class: 'commit', reason: 'io' })
    expect(await valueIn(registry, at)).toBe(0)
    failpoints.arm('log.commit.inside', '1*return(EIO)')
    expect(() => log.commit([append])).toThrow()
    log.close()
    using _reopened = new MemoryLog({ name: 'orders', observer, disk: log.disk })
    expect(await valueIn(registry, at)).toBe(1)
  })

  test('opening it again starts the histograms anew', async () => {
    const registry = new Registry()
    const observer = createMetrics({ registry })
    const log = new MemoryLog({ name: 'orders', observer })
    log.commit([append])
    log.close()
    using reopened = new MemoryLog({ name: 'orders', observer, disk: log.disk })
    const count = () => valueIn(registry, 'holdfast_commit_entries_count{log="orders"}')
    expect(await count()).toBe(0)
    reopened.commit([append])
    expect(await count()).toBe(1)
  })
})

describe('two logs of one name', () => {
  test('add up what is counted; gauges follow their aggregator', async () => {
    const registry = new Registry()
    const observer = createMetrics({ registry })
    const common = { nextIndex: 5, deferredOps: 1, filesystemAvailBytes: 100, isPoisoned: true }
    observer.onOpen?.(openEvent('orders', common, 4_000))
    observer.onOpen?.(openEvent('orders', { nextIndex: 3, deferredOps: 2, filesystemAvailBytes: 70 }, 1_000))
    for (let count = 0; count < 2; count++) observer.onWrite?.(writeEvent('orders', { appendedBytes: 3 }))
    const series = await scrape(registry)
    const value = (name: string) => series.get(`holdfast_${name}{log="orders"}`)
    expect(value('appended_bytes_total')).toBe(6)
    expect(value('commit_duration_seconds_count')).toBe(2)
    expect(value('deferred_ops')).toBe(3)
    expect(value('next_index')).toBe(5)
    expect(value('filesystem_avail_bytes')).toBe(70)
    expect(value('poisoned')).toBe(1)
    expect(value('recovery_duration_seconds')).toBe(4)
  })

  test('keep their series until the second is closed, and the one that stays is told of', async () => {
    const registry = new Registry()
    const observer = createMetrics({ registry })
    const first = new MemoryLog({ name: 'orders', observer })
    first.commit([append])
    const second = new MemoryLog({ name: 'orders', observer })
    const nextIndex = () => valueIn(registry, 'holdfast_next_index{log="orders"}')
    second.commit([append, append])
    expect(await nextIndex()).toBe(2)
    second.close()
    expect(await nextIndex()).toBe(1)
    first.commit([append])
    expect(await valueIn(registry, 'holdfast_commit_entries_count{log="orders"}')).toBe(3)
    first.close()
    expect(await seriesWith(registry, 'log="orders"')).toStrictEqual([])
  })

  test('one that cannot say how it is, is not taken for the closed one', async () => {
    const registry = new Registry()
    const observer = createMetrics({ registry })
    const stats = () => {
      throw new Error('EIO: statfs')
    }
    observer.onOpen?.({ ...openEvent('orders', {}, 9_000), stats })
    const closed = openEvent('orders', {}, 1_000)
    const error = new LogClosedError('orders', 'read statistics')
    observer.onOpen?.({
      ...closed,
      stats: () => {
        throw error
      },
    })
    observer.onClose?.({ log: 'orders', how: 'close' })
    expect(await valueIn(registry, 'holdfast_recovery_duration_seconds{log="orders"}')).toBe(9)
  })

  test("of a store that does not say that it is closed: the older one's is taken for it", async () => {
    const registry = new Registry()
    const observer = createMetrics({ registry })
    observer.onOpen?.(openEvent('orders', { nextIndex: 9 }))
    observer.onOpen?.(openEvent('orders', { nextIndex: 3 }))
    observer.onClose?.({ log: 'orders', how: 'close' })
    expect(await valueIn(registry, 'holdfast_next_index{log="orders"}')).toBe(3)
  })
})

describe('perLog: false', () => {
  test('tells of all logs together under log="_all", by each metric\'s aggregator', async () => {
    const registry = new Registry()
    const observer = createMetrics({ registry, perLog: false })
    observer.onOpen?.(openEvent('a', { reclaimableEntries: 4, sizeBytes: 10, filesystemAvailBytes: 5 }))
    observer.onOpen?.(openEvent('b', { reclaimableEntries: 3, sizeBytes: 30, filesystemAvailBytes: 9 }))
    observer.onWrite?.(writeEvent('a', { appendedEntries: 2 }))
    observer.onWrite?.(writeEvent('b', { appendedEntries: 3 }))
    observer.onWriteFailure?.(failureEvent('a'))
    observer.onCorruption?.({ log: 'b', error: new Error('damaged') })
    const series = await scrape(registry)
    const value = (name: string) => series.get(`holdfast_${name}{log="_all"}`)
    expect(value('appended_entries_total')).toBe(5)
    expect(value('commit_entries_count')).toBe(2)
    expect(value('checksum_failures_total')).toBe(1)
    expect(value('reclaimable_entries')).toBe(7)
    expect(value('size_bytes')).toBe(30)
    expect(value('filesystem_avail_bytes')).toBe(5)
    expect(series.get(failureSeries({ log: '_all', op: 'commit', class: 'commit', reason: 'io' }))).toBe(1)
    expect([...series.keys()].filter((name) => /log="[ab]"/.test(name))).toStrictEqual([])
  })

  test('leaves the indexes out, also for a single log', async () => {
    const registry = new Registry()
    createMetrics({ registry, perLog: false }).onOpen?.(openEvent('a'))
    expect(await seriesWith(registry, '_index{')).toStrictEqual([])
  })

  test('takes the series away when the last log is closed', async () => {
    const registry = new Registry()
    const observer = createMetrics({ registry, perLog: false })
    const a = new MemoryLog({ name: 'a', observer })
    const b = new MemoryLog({ name: 'b', observer })
    a.close()
    expect((await seriesWith(registry, 'log="_all"')).length).toBeGreaterThan(0)
    b.close()
    expect(await seriesWith(registry, 'log="_all"')).toStrictEqual([])
  })
})
