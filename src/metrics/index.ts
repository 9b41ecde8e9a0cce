/** Metrics for Prometheus, over prom-client, which the embedder installs. See `docs/metrics.md`. */
export { createMetrics, type MetricsOptions } from './create-metrics.ts'
export {
  type CounterName,
  type GaugeName,
  type HistogramName,
  type MetricAggregator,
  type MetricDefinition,
  type MetricLabel,
  type MetricName,
  metricDefinitions,
} from './definitions.ts'
export type { MetricsRegistry } from './registry-metrics.ts'
