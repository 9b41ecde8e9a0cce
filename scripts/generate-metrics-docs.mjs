// Writes docs/metrics.md from the definitions: run `npm run build` first, then `node scripts/generate-metrics-docs.mjs`.
// With --check it writes nothing, and ends with 1 when the page is not what it would write.
import { readFileSync, writeFileSync } from 'node:fs'
import { Registry } from 'prom-client'
import { FailpointRegistry } from '../dist/failpoints/index.js'
import { createMetrics, metricDefinitions } from '../dist/src/metrics/index.js'

const page = new URL('../docs/metrics.md', import.meta.url)

const aggregators = { sum: 'sum', max: 'greatest', min: 'least' }

/** How many series one open log has that uses everything a log can have. */
async function countSeries(perLog) {
  const registry = new Registry()
  const observer = createMetrics({ registry, perLog, failpoints: new FailpointRegistry() })
  const stats = new Proxy({}, { get: () => 1 })
  observer.onOpen({
    log: 'orders',
    durationMs: 1,
    firstIndex: 0,
    nextIndex: 0,
    compactedIndex: 0,
    stats: () => stats,
  })
  observer.onStateOpen({ log: 'orders', durationMs: 1, appliedIndex: 0, stats: () => stats })
  observer.onReplicaOpen({ log: 'orders', stats: () => stats })
  return (await registry.metrics()).split('\n').filter((line) => line.includes('log="')).length
}

function describeMetric({ name, type, labels, help, aggregator, buckets, isPerLogOnly }) {
  const lines = [
    `### \`holdfast_${name}\``,
    '',
    `${type}, ${labels.length === 0 ? 'no labels' : `labels ${labels.map((label) => `\`${label}\``).join(', ')}`}`,
    '',
    help,
  ]
  if (buckets !== undefined) lines.push('', `Buckets: ${buckets.join(', ')}.`)
  const together = isPerLogOnly ? 'left out with `perLog: false`' : aggregators[aggregator]
  lines.push('', `Of several: ${isPerLogOnly ? `${aggregators[aggregator]}; ${together}` : together}.`)
  return lines.join('\n')
}

function summary() {
  const rows = metricDefinitions.map(({ name, type, labels }) => [
    `[\`${name}\`](#holdfast_${name})`,
    type,
    labels.join(', ') || '-',
  ])
  return table(['metric (`holdfast_...`)', 'type', 'labels'], rows)
}

/** Columns are padded, as formatters of Markdown write them. */
function table(head, rows) {
  const widths = head.map((_cell, column) => Math.max(3, ...[head, ...rows].map((row) => row[column].length)))
  const line = (cells, padding) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column], padding)).join(' | ')} |`
  return [
    line(head),
    line(
      head.map(() => ''),
      '-',
    ),
    ...rows.map((row) => line(row)),
  ].join('\n')
}

const options = table(
  ['option', 'default', 'meaning'],
  [
    ['`registry`', '-', 'where the metrics are registered'],
    [
      '`prefix`',
      '`holdfast_`',
      'in front of every name; the alert rules and the dashboard expect the default',
    ],
    [
      '`perLog`',
      '`true`',
      '`false` tells of all logs together, under `log="_all"`, for a process with hundreds of them',
    ],
    ['`failpoints`', "the process's", 'the registry of failpoints that is reported'],
  ],
)

const text = `# Metrics

<!-- Written by scripts/generate-metrics-docs.mjs from src/metrics/definitions.ts: change that, not this. -->

\`\`\`ts
import { openLmdbLog } from 'holdfast'
import { createMetrics } from 'holdfast/metrics'
import { PaxosStorage } from 'holdfast/paxos'
import { Registry } from 'prom-client'

const registry = new Registry()
const observer = createMetrics({ registry })
const log = openLmdbLog('./node-1', { name: 'orders', observer })
const storage = new PaxosStorage(log, { observer }) // it reports what it refuses before the log hears of it
// answer GET /metrics with: await registry.metrics()
\`\`\`

\`prom-client\` 15 is an optional peer dependency: \`npm install prom-client\`. Its global registry is used only if you give it.

${options}

- A second call with the same registry and prefix registers nothing, and its observer feeds the same metrics, also from a
  second copy of the module. A metric of one of our names that is not ours is an \`InvalidArgumentError\`, and nothing is
  registered.
- A log's series are there from the moment it is opened, counters at 0: \`increase()\` cannot see a series that is born at 1.
  That holds for the operations of the log and of Paxos storage. Those that another engine names begin with their first
  write, with every reason at 0.
- Closing the last log of a name takes its series away. Its counters are kept in memory and go on when it is opened again: so
  a log that is poisoned, closed and opened within one scrape interval still shows its failure. Histograms start anew.
- Snapshots are told of under the name that their store was given, while a log of that name is open: give it the log's.
- What fails while a log is being closed is exported only if it is opened again: watch the error that \`close()\` throws. What
  fails while it is being opened is in the error alone.
- One open log has ${await countSeries(true)} series; with \`perLog: false\` all logs together have ${await countSeries(false)}.
- Counters and gauges are made when the registry is scraped, without a timer, and a scrape asks each log once. A commit costs
  two histogram observations. A log that cannot say how it is leaves out what it would have said, not the scrape.
- Two logs of one name (of two environments), logs under \`_all\`, and the workers of a cluster become one value in the same
  way, which "of several" names below: the sum, the greatest or the least. A log should not be called \`_all\`.

The reasons, the alerts of \`monitoring/holdfast.rules.yml\` and what to do: [when a write fails](when-a-write-fails.md).
\`monitoring/dashboard.json\` is a Grafana dashboard.

${summary()}

${metricDefinitions.map(describeMetric).join('\n\n')}
`

if (!process.argv.includes('--check')) writeFileSync(page, text)
else if (readFileSync(page, 'utf8') !== text) {
  process.stderr.write(
    'docs/metrics.md is out of date: run npm run build and node scripts/generate-metrics-docs.mjs\n',
  )
  process.exitCode = 1
}
