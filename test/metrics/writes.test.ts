/** What writes and their failures count. */
import { Registry } from 'prom-client'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { FailpointRegistry } from '../../failpoints/index.ts'
import { failureReasons } from '../../src/errors.ts'
import { MemoryLog } from '../../src/log/index.ts'
import { createMetrics } from '../../src/metrics/index.ts'
import { knownOperations } from '../../src/metrics/operations.ts'
import { PaxosStorage } from '../../src/paxos/index.ts'
import { atomicWriteName, operationFacts } from '../../src/paxos/operations.ts'
import { raftOperations } from '../../src/raft/operations.ts'
import { failureEvent, openEvent, writeEvent } from './events.ts'
import { failureSeries, scrape, seriesWith, valueIn } from './scrape.ts'

function openOrders() {
  const registry = new Registry()
  const failpoints = new FailpointRegistry()
  const observer = createMetrics({ registry, failpoints })
  const log = new MemoryLog({ name: 'orders', observer, failpoints })
  const storage = new PaxosStorage<string>(log, { observer, failpoints })
  const value = (name: string, labels = '') => valueIn(registry, `holdfast_${name}{log="orders"${labels}}`)
  return { registry, failpoints, observer, log, storage, value }
}

/** A registry with one log open in it that the test plays. */
function playOrders() {
  const registry = new Registry()
  const observer = createMetrics({ registry })
  observer.onOpen?.(openEvent('orders'))
  return { registry, observer }
}

const bytes = (length: number) => new Uint8Array(length)

test('writes_total counts each operation by its name, whether it succeeds or fails', async () => {
  const { storage, failpoints, value } = openOrders()
  storage.appendEntry('a')
  storage.appendEntry('b')
  storage.setDecidedIdx(1)
  failpoints.arm('log.commit.before', '1*return')
  expect(() => storage.appendEntry('c')).toThrow()
  expect(await value('writes_total', ',op="append_entry"')).toBe(3)
  expect(await value('writes_total', ',op="set_decided_idx"')).toBe(1)
  expect(await value('writes_total', ',op="set_promise"')).toBe(0)
})

test('entries and bytes that are appended, truncated and trimmed are counted', async () => {
  const { log, value } = openOrders()
  log.commit([{ kind: 'append', entries: [bytes(1), bytes(20), bytes(300), bytes(4000)] }])
  log.commit([{ kind: 'replaceSuffix', from: 2, entries: [bytes(7)] }])
  log.defer([{ kind: 'trim', upTo: 1 }])
  expect(await value('appended_entries_total')).toBe(5)
  expect(await value('appended_bytes_total')).toBe(4328)
  expect(await value('truncated_entries_total')).toBe(2)
  expect(await value('trimmed_entries_total')).toBe(1)
})

test('a write that fails appends nothing', async () => {
  const { log, failpoints, value } = openOrders()
  failpoints.arm('log.commit.inside', 'return(ENOSPC)')
  expect(() => log.commit([{ kind: 'append', entries: [bytes(1)] }])).toThrow()
  expect(await value('appended_entries_total')).toBe(0)
  expect(await value('commit_entries_count')).toBe(0)
  expect(await value('commit_duration_seconds_count')).toBe(0)
})

describe('commit_entries', () => {
  test('has the entries of each commit that appended some', async () => {
    const { log, value } = openOrders()
    for (const count of [1, 3, 1025]) {
      log.commit([{ kind: 'append', entries: Array.from({ length: count }, () => bytes(1)) }])
    }
    log.commit([{ kind: 'setMeta', key: 'term', value: bytes(1) }])
    expect(await value('commit_entries_count')).toBe(3)
    expect(await value('commit_entries_sum')).toBe(1029)
    const { registry, observer } = playOrders()
    observer.onWrite?.(writeEvent('orders', { appendedEntries: 3 }))
    const series = await scrape(registry)
    const bucket = (le: string) => series.get(`holdfast_commit_entries_bucket{le="${le}",log="orders"}`)
    expect(['2', '4', '1024', '+Inf'].map(bucket)).toStrictEqual([0, 1, 1, 1])
  })
})

describe('commit_duration_seconds', () => {
  test('has the seconds of each commit, in buckets of 100 µs to 10 s', async () => {
    const { registry, observer } = playOrders()
    for (const durationMs of [0.1, 10, 500, 20_000]) {
      observer.onWrite?.(writeEvent('orders', { durationMs }))
    }
    const series = await scrape(registry)
    const bucket = (le: string) =>
      series.get(`holdfast_commit_duration_seconds_bucket{le="${le}",log="orders"}`)
    expect(['0.0001', '0.005', '0.01', '0.25', '0.5', '10', '+Inf'].map(bucket)).toStrictEqual([
      1, 1, 2, 2, 3, 3, 4,
    ])
    expect(series.get('holdfast_commit_duration_seconds_sum{log="orders"}')).toBeCloseTo(20.5101, 9)
  })

  test('does not have deferred writes, which wait for nothing', async () => {
    const { log, value } = openOrders()
    log.defer([{ kind: 'compact', index: 1 }])
    expect(await value('commit_duration_seconds_count')).toBe(0)
    log.flush()
    expect(await value('commit_duration_seconds_count')).toBe(1)
  })
})

describe('write_failures_total', () => {
  test('has every reason of every known operation at 0 when the log is opened', async () => {
    const { registry } = openOrders()
    const series = await scrape(registry)
    for (const { name, classes } of knownOperations) {
      for (const writeClass of classes) {
        for (const reason of failureReasons) {
          const at = failureSeries({ log: 'orders', op: name, class: writeClass, reason })
          expect([at, series.get(at)]).toStrictEqual([at, 0])
        }
      }
      expect(series.get(`holdfast_writes_total{log="orders",op="${name}"}`)).toBe(0)
    }
  })

  test('knows every operation of Paxos storage, in each class that it can have', () => {
    const classesOf = new Map(knownOperations.map(({ name, classes }) => [name, classes]))
    for (const { name, isDeferred } of Object.values(operationFacts)) {
      expect([name, classesOf.get(name)]).toStrictEqual([
        name,
        isDeferred ? ['commit', 'deferred'] : ['commit'],
      ])
    }
    expect(classesOf.get(atomicWriteName)).toStrictEqual(['commit', 'deferred'])
  })

  test('knows every operation of Raft storage', () => {
    const known = new Set(knownOperations.map(({ name }) => name))
    for (const operation of raftOperations)
      expect([operation, known.has(operation)]).toStrictEqual([operation, true])
  })

  test("knows every operation of the log's own", async () => {
    const registry = new Registry()
    const observer = createMetrics({ registry })
    const log = new MemoryLog({ observer, reclaimPerCommit: 0 })
    using _staysOpen = new MemoryLog({ observer })
    const before = await seriesWith(registry, 'op=')
    log.commit([{ kind: 'append', entries: [bytes(1), bytes(1)] }])
    log.defer([{ kind: 'trim', upTo: 1 }])
    log.flush()
    log.reclaim()
    log.defer([{ kind: 'trim', upTo: 2 }])
    log.close()
    const series = await scrape(registry)
    const writes = ['commit', 'defer', 'flush', 'reclaim', 'close'].map((op) =>
      series.get(`holdfast_writes_total{log="log",op="${op}"}`),
    )
    expect(writes).toStrictEqual([1, 2, 1, 1, 1])
    expect(await seriesWith(registry, 'op=')).toStrictEqual(before)
  })

  test('counts a lost deferred write by operation, class and reason, and nothing else', async () => {
    const { registry, storage, failpoints } = openOrders()
    storage.setDecidedIdx(1)
    failpoints.arm('paxos.deferred_write', '1*return')
    expect(() => storage.setDecidedIdx(2)).toThrow()
    storage.setDecidedIdx(3)
    const failed = [...(await scrape(registry))].filter(
      ([name, value]) => name.startsWith('holdfast_write_failures_total') && value !== 0,
    )
    expect(failed).toStrictEqual([
      [failureSeries({ log: 'orders', op: 'set_decided_idx', class: 'deferred', reason: 'injected' }), 1],
    ])
  })

  test('counts a deferred operation that was raised to a commit as a commit', async () => {
    const registry = new Registry()
    const failpoints = new FailpointRegistry()
    const observer = createMetrics({ registry, failpoints })
    const log = new MemoryLog({ name: 'orders', observer, failpoints })
    const storage = new PaxosStorage(log, { observer, failpoints, commit: ['setDecidedIdx'] })
    failpoints.arm('log.commit.before', 'return(ENOSPC)')
    expect(() => storage.setDecidedIdx(2)).toThrow()
    const at = { log: 'orders', op: 'set_decided_idx', reason: 'no_space' } as const
    expect(await valueIn(registry, failureSeries({ ...at, class: 'commit' }))).toBe(1)
    expect(await valueIn(registry, failureSeries({ ...at, class: 'deferred' }))).toBe(0)
  })

  test.each(failureReasons)('has the word of the error: %s', async (reason) => {
    const { registry, observer } = playOrders()
    observer.onWriteFailure?.(failureEvent('orders', { reason }))
    const at = { log: 'orders', op: 'commit', class: 'commit' } as const
    const series = await scrape(registry)
    for (const other of failureReasons) {
      const found = series.get(failureSeries({ ...at, reason: other }))
      expect([other, found]).toStrictEqual([other, other === reason ? 1 : 0])
    }
  })

  test('counts a reason that is not in the list as other', async () => {
    const { registry, observer } = playOrders()
    for (const reason of ['EIO on /dev/sda', 'constructor']) {
      observer.onWriteFailure?.(failureEvent('orders', { reason: reason as 'io' }))
    }
    const at = { log: 'orders', op: 'commit', class: 'commit', reason: 'other' } as const
    expect(await valueIn(registry, failureSeries(at))).toBe(2)
    expect(await seriesWith(registry, 'sda')).toStrictEqual([])
  })

  test('has every reason of an operation that was unknown, from its first write', async () => {
    const { registry, observer } = playOrders()
    observer.onWrite?.(writeEvent('orders', { operation: 'raft_append' }))
    expect(await seriesWith(registry, 'op="raft_append"')).toStrictEqual([
      'holdfast_writes_total{log="orders",op="raft_append"}',
      ...failureReasons.map((reason) =>
        failureSeries({ log: 'orders', op: 'raft_append', class: 'commit', reason }),
      ),
    ])
  })

  test('has every reason of an operation that was unknown, from its first failure', async () => {
    const { registry, observer } = playOrders()
    observer.onWriteFailure?.(failureEvent('orders', { operation: 'raft_vote', class: 'deferred' }))
    const series = await scrape(registry)
    for (const reason of failureReasons) {
      const at = failureSeries({ log: 'orders', op: 'raft_vote', class: 'deferred', reason })
      expect([reason, series.get(at)]).toStrictEqual([reason, reason === 'io' ? 1 : 0])
    }
  })
})

describe('last_write_failure_timestamp_seconds', () => {
  test('is 0 before the first failure, then the time of the last', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_700_000_000_500 })
    onTestFinished(() => void vi.useRealTimers())
    const { registry, observer } = playOrders()
    const name = 'holdfast_last_write_failure_timestamp_seconds{log="orders"}'
    expect(await valueIn(registry, name)).toBe(0)
    observer.onWriteFailure?.(failureEvent('orders'))
    vi.setSystemTime(1_700_000_009_000)
    expect(await valueIn(registry, name)).toBe(1_700_000_000.5)
    observer.onWriteFailure?.(failureEvent('orders'))
    observer.onWrite?.(writeEvent('orders'))
    expect(await valueIn(registry, name)).toBe(1_700_000_009)
  })
})

describe('checksum_failures_total', () => {
  test('counts what the log finds corrupt, and what its storage does', async () => {
    const { log, storage, failpoints, value } = openOrders()
    log.commit([{ kind: 'append', entries: [new Uint8Array([0xff, 0xff])] }])
    expect(await value('checksum_failures_total')).toBe(0)
    {
      using _armed = failpoints.arm('log.read', 'return')
      expect(() => log.get(0)).toThrow()
    }
    expect(() => storage.getSuffix(0)).toThrow()
    expect(await value('checksum_failures_total')).toBe(2)
  })
})
