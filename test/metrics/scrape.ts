/** What a scrape of a registry says. */
import type { MetricsRegistry } from '../../src/metrics/index.ts'

/** Every series, as `name{label="value",...}` with the labels sorted, and its value. */
export async function scrape(registry: MetricsRegistry): Promise<ReadonlyMap<string, number>> {
  const series = new Map<string, number>()
  for (const line of (await registry.metrics()).split('\n')) {
    const match = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line)
    if (match === null) continue
    const [, name = '', labels = '', value] = match
    const sorted = labels === '' ? '' : `{${labels.split(',').sort().join(',')}}`
    series.set(name + sorted, Number(value))
  }
  return series
}

/** The value of one series; undefined when it is not there. */
export async function valueIn(registry: MetricsRegistry, series: string): Promise<number | undefined> {
  return (await scrape(registry)).get(series)
}

/** The names of the series that carry `label`. */
export async function seriesWith(registry: MetricsRegistry, label: string): Promise<string[]> {
  return [...(await scrape(registry)).keys()].filter((name) => name.includes(label))
}

export function failureSeries(at: {
  log: string
  op: string
  class: 'commit' | 'deferred'
  reason: string
}): string {
  return `holdfast_write_failures_total{class="${at.class}",log="${at.log}",op="${at.op}",reason="${at.reason}"}`
}
