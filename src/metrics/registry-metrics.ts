/**
 * The metrics of one prom-client registry and one prefix. Events only add up numbers here; counters and gauges are made of
 * them when the registry is scraped, so a write pays for two histogram observations and a few additions. No timers.
 */
import {
  Counter,
  Gauge,
  Histogram,
  type Metric,
  type OpenMetricsContentType,
  type PrometheusContentType,
  type Registry,
} from 'prom-client'
import type { FailpointRegistry } from '../../failpoints/index.ts'
import { InvalidArgumentError } from '../errors.ts'
import type { LogEvent, StoreObserver } from '../observer.ts'
import { type HistogramName, type MetricDefinition, metricDefinitions } from './definitions.ts'
import { FailpointTally } from './failpoint-tally.ts'
import { LogTally, type OpenLog } from './log-tally.ts'
import { allLogs, isOfBoth, isOfStates, type LogReading, type MetricsSource, samplesOf } from './samples.ts'
import { readStates, type StateReading } from './state-samples.ts'

/** A registry of prom-client, for either of its text formats. */
export type MetricsRegistry = Registry<PrometheusContentType> | Registry<OpenMetricsContentType>

/** What an observer of these metrics may choose for itself. */
export interface ConnectOptions {
  readonly perLog: boolean
  readonly failpoints: FailpointRegistry
}

export class RegistryMetrics {
  readonly #registry: MetricsRegistry
  readonly #prefix: string
  readonly #tallies = new Map<string, LogTally>()
  readonly #failpoints = new FailpointTally()
  readonly #histograms = new Map<HistogramName, Histogram>()
  /** By full name. */
  readonly #metrics: ReadonlyMap<string, Metric>
  /** What the logs said in this turn of the event loop, so that one scrape asks each of them once. */
  #readings = new Map<LogTally, Readings>()

  constructor(registry: MetricsRegistry, prefix: string) {
    this.#registry = registry
    this.#prefix = prefix
    const source: MetricsSource = {
      tallies: () =>
        [...this.#tallies.values()].filter(
          ({ openLogs, states, replicas }) => openLogs.length + states.open.length + replicas.open.length > 0,
        ),
      readingsOf: (tally) => this.#readingsOf(tally).logs,
      statesOf: (tally) => this.#readingsOf(tally).states,
      failpoints: this.#failpoints,
    }
    this.#metrics = new Map(
      metricDefinitions.map((definition) => [
        prefix + definition.name,
        this.#createMetric(definition, source),
      ]),
    )
  }

  /**
   * An observer that feeds these metrics. Registers those of them that the registry does not have, all or none.
   * Also called from other copies of this module, so its shape must stay.
   * @throws {InvalidArgumentError} the registry has a metric of one of the names that is not ours
   */
  connect({ perLog, failpoints }: ConnectOptions): StoreObserver {
    const missing = this.#missing()
    this.#failpoints.watch(failpoints)
    for (const [name, metric] of missing) {
      // A scrape in the OpenMetrics format has cut `_total` from the name.
      this.#registry.registerMetric(Object.assign(metric, { name }))
    }
    return this.#observer(perLog)
  }

  #missing(): [string, Metric][] {
    return [...this.#metrics].filter(([name, metric]) => {
      const found: unknown = this.#registry.getSingleMetric(name)
      if (found === undefined || found === metric) return found === undefined
      throw new InvalidArgumentError(
        'registry',
        `Cannot register the metrics: the registry has a metric "${name}" already that is not Holdfast's; ` +
          `give another registry, or a prefix other than "${this.#prefix}"`,
      )
    })
  }

  #observer(perLog: boolean): StoreObserver {
    const tallyOf = ({ log }: LogEvent): LogTally => {
      if (this.#readings.size > 0) this.#readings = new Map()
      return this.#tally(perLog ? log : allLogs)
    }
    return {
      onOpen: (event) => {
        const tally = tallyOf(event)
        tally.opened(event)
        this.#openHistograms(tally)
      },
      onCommitStart: (event) => tallyOf(event).commitStarted(event),
      onWrite: (event) => tallyOf(event).wrote(event),
      onWriteFailure: (event) => tallyOf(event).failed(event),
      onCorruption: (event) => {
        tallyOf(event).checksumFailures += 1
      },
      onSnapshot: (event) => tallyOf(event).snapshotDone(event),
      onSnapshotFailure: (event) => tallyOf(event).snapshots.failed(event),
      onClose: (event) => {
        const tally = tallyOf(event)
        tally.closed(event)
        this.#closeHistograms(tally)
      },
      onStateOpen: (event) => {
        const tally = tallyOf(event)
        tally.states.opened(event)
        this.#openHistograms(tally)
      },
      onApply: (event) => tallyOf(event).states.applied(event),
      onApplyFailure: (event) => tallyOf(event).states.applyFailed(event),
      onCollect: (event) => tallyOf(event).states.collected(event),
      onInstall: (event) => tallyOf(event).states.installed(event),
      onInstallFailure: (event) => tallyOf(event).states.installFailed(event),
      onCheckpoint: (event) => tallyOf(event).states.checkpointed(event),
      onCheckpointFailure: (event) => tallyOf(event).states.checkpointFailed(event),
      onReplicaOpen: (event) => tallyOf(event).replicas.opened(event),
      onReplicaStall: (event) => tallyOf(event).replicas.stalled(event),
      onReplicaSnapshotFailure: (event) => tallyOf(event).replicas.snapshotFailed(event),
      onReplicaClose: (event) => tallyOf(event).replicas.closed(event),
      onStateClose: (event) => {
        const tally = tallyOf(event)
        tally.states.closed(event)
        this.#closeHistograms(tally)
      },
    }
  }

  #tally(label: string): LogTally {
    const known = this.#tallies.get(label)
    if (known !== undefined) return known
    const added = new LogTally(label)
    this.#tallies.set(label, added)
    return added
  }

  /** Those of what is open under the label, each from 0, unless they are there. */
  #openHistograms(tally: LogTally): void {
    const { label, openLogs, states } = tally
    const open = (name: HistogramName) => {
      this.#histogram(name).zero({ log: label })
      return this.#histogram(name).labels({ log: label }).observe
    }
    tally.observeSnapshot ??= open('snapshot_duration_seconds')
    if (openLogs.length > 0) {
      tally.histograms ??= {
        observeDuration: open('commit_duration_seconds'),
        observeEntries: open('commit_entries'),
      }
    }
    if (states.open.length > 0) {
      states.histograms ??= {
        observeApply: open('state_apply_duration_seconds'),
        observeEntries: open('state_apply_entries'),
        observeInstall: open('state_install_duration_seconds'),
        observeCheckpoint: open('state_checkpoint_duration_seconds'),
      }
    }
  }

  #closeHistograms(tally: LogTally): void {
    const { label, openLogs, states } = tally
    const hasLogs = openLogs.length > 0
    const hasStates = states.open.length > 0
    for (const [name, histogram] of this.#histograms) {
      const isNeeded = isOfBoth(name) ? hasLogs || hasStates : isOfStates(name) ? hasStates : hasLogs
      if (!isNeeded) histogram.remove({ log: label })
    }
    if (!hasLogs) tally.histograms = undefined
    if (!hasStates) states.histograms = undefined
    if (!hasLogs && !hasStates) tally.observeSnapshot = undefined
  }

  #histogram(name: HistogramName): Histogram {
    return this.#histograms.get(name) as Histogram
  }

  #readingsOf(tally: LogTally): Readings {
    const known = this.#readings.get(tally)
    if (known !== undefined) return known
    // prom-client collects every metric of a scrape in one turn.
    if (this.#readings.size === 0) queueMicrotask(() => this.#readings.clear())
    const readings = { logs: tally.openLogs.map(read), states: readStates(tally.states) }
    this.#readings.set(tally, readings)
    return readings
  }

  /** Created for no registry: prom-client's own default would be its global one. */
  #createMetric(definition: MetricDefinition, source: MetricsSource): Metric {
    const { name, help, labels: labelNames, aggregator } = definition
    const common = { name: this.#prefix + name, help, labelNames, aggregator, registers: [] }
    if (definition.type === 'histogram') {
      const histogram = new Histogram({ ...common, buckets: [...(definition.buckets ?? [])] })
      this.#histograms.set(name as HistogramName, histogram)
      return histogram
    }
    const samples = () => samplesOf(definition, source)
    return definition.type === 'counter' ? createCounter(common, samples) : createGauge(common, samples)
  }
}

/** What is open under one label says. */
interface Readings {
  readonly logs: readonly LogReading[]
  readonly states: readonly StateReading[]
}

interface MetricSettings {
  readonly name: string
  readonly help: string
  readonly labelNames: readonly string[]
  readonly aggregator: MetricDefinition['aggregator']
  readonly registers: never[]
}

function createCounter(settings: MetricSettings, samples: () => ReturnType<typeof samplesOf>): Counter {
  const counter: Counter = new Counter({
    ...settings,
    collect: () => {
      counter.reset()
      for (const { labels, value } of samples()) counter.inc(labels, value)
    },
  })
  return counter
}

function createGauge(settings: MetricSettings, samples: () => ReturnType<typeof samplesOf>): Gauge {
  const gauge: Gauge = new Gauge({
    ...settings,
    collect: () => {
      gauge.reset()
      for (const { labels, value } of samples()) gauge.set(labels, value)
    },
  })
  return gauge
}

/** A log that cannot say how it is must not take the whole scrape with it. */
function read({ recoverySeconds, stats }: OpenLog): LogReading {
  try {
    return { recoverySeconds, stats: stats() }
  } catch {
    return { recoverySeconds, stats: undefined }
  }
}
