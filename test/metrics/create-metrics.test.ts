import {
  Counter,
  Gauge,
  register as globalRegistry,
  type OpenMetricsContentType,
  Registry,
} from 'prom-client'
import { describe, expect, test, vi } from 'vitest'
import { FailpointRegistry } from '../../failpoints/index.ts'
import { InvalidArgumentError } from '../../src/errors.ts'
import { MemoryLog } from '../../src/log/index.ts'
import { createMetrics, type MetricsRegistry, metricDefinitions } from '../../src/metrics/index.ts'
import { openEvent, writeEvent } from './events.ts'
import { scrape, valueIn } from './scrape.ts'

const append = { kind: 'append', entries: [new Uint8Array(3)] } as const
const appended = 'holdfast_appended_entries_total{log="orders"}'

function refused(body: () => unknown): InvalidArgumentError {
  try {
    body()
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidArgumentError)
    return error as InvalidArgumentError
  }
  throw new Error('It was not refused')
}

test('createMetrics() registers every metric of the table, and nothing else', () => {
  const registry = new Registry()
  createMetrics({ registry })
  expect(registry.getMetricsAsArray().map(({ name }) => name)).toStrictEqual(
    metricDefinitions.map(({ name }) => `holdfast_${name}`),
  )
})

test("createMetrics() never touches prom-client's global registry", async () => {
  const registry = new Registry()
  const log = new MemoryLog({ name: 'orders', observer: createMetrics({ registry }) })
  log.commit([append])
  await registry.metrics()
  log.close()
  expect(globalRegistry.getMetricsAsArray()).toStrictEqual([])
})

test('each metric has the type, labels, help, buckets and aggregator of its definition', () => {
  const registry = new Registry()
  createMetrics({ registry })
  const found = registry.getMetricsAsArray().map((metric) => {
    const { name, help, aggregator, type, labelNames, buckets } = metric as unknown as {
      [key: string]: unknown
    }
    return { name, help, aggregator, type, labels: labelNames, buckets }
  })
  expect(found).toStrictEqual(
    metricDefinitions.map(({ name, help, aggregator, type, labels, buckets }) => {
      return { name: `holdfast_${name}`, help, aggregator, type, labels, buckets }
    }),
  )
})

describe('a second call', () => {
  test('with the same registry registers nothing, and both observers feed the same metrics', async () => {
    const registry = new Registry()
    const first = createMetrics({ registry })
    const metrics = registry.getMetricsAsArray()
    const second = createMetrics({ registry })
    expect(registry.getMetricsAsArray()).toStrictEqual(metrics)
    first.onOpen?.(openEvent('orders'))
    first.onWrite?.(writeEvent('orders', { appendedEntries: 1 }))
    second.onWrite?.(writeEvent('orders', { appendedEntries: 2 }))
    expect(await valueIn(registry, appended)).toBe(3)
  })

  test('from another copy of the module feeds the same metrics', async () => {
    const registry = new Registry()
    const first = createMetrics({ registry })
    vi.resetModules()
    const copy = await import('../../src/metrics/index.ts')
    expect(copy.createMetrics).not.toBe(createMetrics)
    const second = copy.createMetrics({ registry })
    first.onOpen?.(openEvent('orders'))
    second.onWrite?.(writeEvent('orders', { appendedEntries: 2 }))
    expect(await valueIn(registry, appended)).toBe(2)
  })

  test('with another prefix is a second set of metrics', async () => {
    const registry = new Registry()
    createMetrics({ registry })
    const other = createMetrics({ registry, prefix: 'shadow_' })
    other.onOpen?.(openEvent('orders'))
    other.onWrite?.(writeEvent('orders', { appendedEntries: 2 }))
    expect(await valueIn(registry, 'shadow_appended_entries_total{log="orders"}')).toBe(2)
    expect(await valueIn(registry, appended)).toBe(undefined)
  })

  test('after registry.clear() registers again, and the logs that are open are still there', async () => {
    const registry = new Registry()
    const observer = createMetrics({ registry })
    observer.onOpen?.(openEvent('orders'))
    observer.onWrite?.(writeEvent('orders', { appendedEntries: 2 }))
    registry.clear()
    createMetrics({ registry })
    expect(await valueIn(registry, appended)).toBe(2)
  })

  test('after a scrape in the OpenMetrics format registers nothing', async () => {
    const registry = new Registry<OpenMetricsContentType>()
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
    const observer = createMetrics({ registry })
    observer.onOpen?.(openEvent('orders'))
    expect(await valueIn(registry, appended)).toBe(0)
    createMetrics({ registry })
    registry.clear()
    createMetrics({ registry }).onWrite?.(writeEvent('orders', { appendedEntries: 2 }))
    expect(await valueIn(registry, appended)).toBe(2)
    expect(registry.getSingleMetric('holdfast_appended_entries_total')).toBeInstanceOf(Counter)
    expect(registry.getMetricsAsArray()).toHaveLength(metricDefinitions.length)
  })
})

describe('a metric of one of our names that is not ours', () => {
  const name = 'holdfast_poisoned'

  test('of another type is refused by name, and nothing is registered', () => {
    const registry = new Registry()
    const foreign = new Counter({ name, help: 'Not ours', registers: [registry] })
    const error = refused(() => createMetrics({ registry }))
    expect(error.argument).toBe('registry')
    expect(error.message).toContain(`"${name}"`)
    expect(registry.getMetricsAsArray()).toStrictEqual([foreign])
  })

  test('of the same type and labels is refused too: nobody would set it', () => {
    const registry = new Registry()
    new Gauge({ name, help: 'Not ours', labelNames: ['log'], registers: [registry] })
    expect(refused(() => createMetrics({ registry })).message).toContain(`"${name}"`)
  })

  test('that came after registry.clear() is refused, and nothing is registered', () => {
    const registry = new Registry()
    createMetrics({ registry })
    registry.clear()
    const foreign = new Counter({ name, help: 'Not ours', registers: [registry] })
    refused(() => createMetrics({ registry }))
    expect(registry.getMetricsAsArray()).toStrictEqual([foreign])
  })

  test('is no obstacle once it is gone, or for another prefix', () => {
    const registry = new Registry()
    new Counter({ name, help: 'Not ours', registers: [registry] })
    refused(() => createMetrics({ registry }))
    createMetrics({ registry, prefix: 'other_' })
    registry.removeSingleMetric(name)
    createMetrics({ registry })
    expect(registry.getMetricsAsArray()).toHaveLength(2 * metricDefinitions.length)
  })
})

test.each([undefined, null, {}, 'registry'])('%j is no registry', (registry) => {
  const error = refused(() => createMetrics({ registry: registry as unknown as MetricsRegistry }))
  expect(error.argument).toBe('registry')
})

test.each(['1st_', 'hold fast_', 'hold-fast_', null, 7])('%j cannot be a prefix', (prefix) => {
  const registry = new Registry()
  const error = refused(() => createMetrics({ registry, prefix: prefix as unknown as string }))
  expect(error.argument).toBe('prefix')
  expect(registry.getMetricsAsArray()).toStrictEqual([])
})

test('an empty prefix is a prefix', () => {
  const registry = new Registry()
  createMetrics({ registry, prefix: '' })
  expect(registry.getSingleMetric('writes_total')).toBeInstanceOf(Counter)
})

describe('failpoints', () => {
  const site = { name: 'a.b', description: 'A place', onReturn: 'Nothing' }

  test('failpoints_armed is the number of armed sites, and failpoint_hits_total what they did', async () => {
    const registry = new Registry()
    const failpoints = new FailpointRegistry()
    failpoints.declare([site])
    createMetrics({ registry, failpoints })
    createMetrics({ registry, failpoints })
    expect(await valueIn(registry, 'holdfast_failpoints_armed')).toBe(0)
    const armed = failpoints.arm('a.b', '1*off->2*return(x)->1*throw(y)')
    for (let hit = 0; hit < 3; hit++) failpoints.hit('a.b')
    expect(() => failpoints.hit('a.b')).toThrow()
    expect(await valueIn(registry, 'holdfast_failpoints_armed')).toBe(1)
    armed.disarm()
    const series = await scrape(registry)
    expect(series.get('holdfast_failpoints_armed')).toBe(0)
    expect(series.get('holdfast_failpoint_hits_total{action="return",site="a.b"}')).toBe(2)
    expect(series.get('holdfast_failpoint_hits_total{action="throw",site="a.b"}')).toBe(1)
    expect(series.has('holdfast_failpoint_hits_total{action="off",site="a.b"}')).toBe(false)
  })

  test('of several registries are summed', async () => {
    const registry = new Registry()
    for (let count = 0; count < 2; count++) {
      const failpoints = new FailpointRegistry()
      failpoints.declare([site])
      failpoints.arm('a.b', 'off')
      createMetrics({ registry, failpoints })
    }
    expect(await valueIn(registry, 'holdfast_failpoints_armed')).toBe(2)
  })

  test('without the option are those of the process', async () => {
    vi.resetModules()
    const { failpoints } = await import('../../failpoints/index.ts')
    const copy = await import('../../src/metrics/index.ts')
    failpoints.declare([site])
    failpoints.arm('a.b', 'off')
    const registry = new Registry()
    copy.createMetrics({ registry })
    expect(await valueIn(registry, 'holdfast_failpoints_armed')).toBe(1)
  })
})
