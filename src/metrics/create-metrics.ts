/** The public entry: one call makes an observer whose numbers a prom-client registry exports. */
import { type FailpointRegistry, failpoints as processFailpoints } from '../../failpoints/index.ts'
import { InvalidArgumentError } from '../errors.ts'
import type { StoreObserver } from '../observer.ts'
import { type MetricsRegistry, RegistryMetrics } from './registry-metrics.ts'

export interface MetricsOptions {
  /** Where the metrics are registered. prom-client's global registry is used only if it is given here. */
  readonly registry: MetricsRegistry
  /** In front of every name. Letters, digits, `_` and `:`, not beginning with a digit. Default `holdfast_`. */
  readonly prefix?: string | undefined
  /**
   * True labels everything with the log's name. False sums all logs under `log="_all"` and leaves the indexes out, for a host
   * of hundreds of logs. Default true.
   */
  readonly perLog?: boolean | undefined
  /** The registry of failpoints to report. Default: that of the process, which `FAILPOINTS` configures. */
  readonly failpoints?: FailpointRegistry | undefined
}

/** Shared by all copies of this module in the process, as after a hot reload. */
const slot = Symbol.for('holdfast.metrics')

type SlottedRegistry = MetricsRegistry & { [slot]?: Map<string, Pick<RegistryMetrics, 'connect'>> }

/**
 * Registers Holdfast's metrics in `registry` and returns the observer that feeds them: give it to every store, and to the
 * storage above it. A second call with the same registry and prefix registers nothing and returns an observer of the same
 * metrics.
 *
 * A log's series are there from its opening, every counter at 0, until the last log of its name is closed. When it is opened
 * again its counters go on from where they were.
 * @throws {InvalidArgumentError} `registry` is no registry, or has a metric of one of the names that is not ours, or `prefix`
 *   cannot begin a metric's name: nothing was registered
 * @throws {FailpointSyntaxError} the process's failpoints are reported, and FAILPOINTS cannot be read
 */
export function createMetrics(options: MetricsOptions): StoreObserver {
  const { registry, prefix = 'holdfast_', perLog = true, failpoints = processFailpoints } = options
  checkRegistry(registry)
  checkPrefix(prefix)
  const shared = sharedMetrics(registry)
  const metrics = shared.get(prefix) ?? new RegistryMetrics(registry, prefix)
  const observer = metrics.connect({ perLog, failpoints })
  shared.set(prefix, metrics)
  return observer
}

function sharedMetrics(registry: SlottedRegistry): Map<string, Pick<RegistryMetrics, 'connect'>> {
  const known = registry[slot]
  if (known !== undefined) return known
  const added = new Map<string, Pick<RegistryMetrics, 'connect'>>()
  Object.defineProperty(registry, slot, { value: added })
  return added
}

function checkRegistry(registry: Partial<MetricsRegistry> | undefined): void {
  if (typeof registry?.registerMetric === 'function' && typeof registry.getSingleMetric === 'function') return
  throw new InvalidArgumentError(
    'registry',
    'Cannot register the metrics: give a Registry of prom-client, for instance new Registry()',
  )
}

function checkPrefix(prefix: unknown): void {
  if (typeof prefix === 'string' && /^(?:[a-zA-Z_:][\w:]*)?$/.test(prefix)) return
  throw new InvalidArgumentError(
    'prefix',
    `Cannot begin the metrics' names with ${JSON.stringify(prefix)}: give letters, digits, _ and :, not beginning with a digit`,
  )
}
