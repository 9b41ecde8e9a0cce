/**
 * Tries the suites on stores of others, whose safe and unsafe settings are known: what is known has to be found, and nothing else. Exits
 * with 1 when a verdict is not the expected one.
 *
 *     node scripts/third-party/main.mjs [--kills N] [--images N] [--seed N] [--only WORD] [--markdown]
 */
import { parseArgs } from 'node:util'
import { installStores } from './install.mjs'
import { rows } from './rows.mjs'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '6' },
    images: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    markdown: { type: 'boolean', default: false },
  },
})
const say = (text) => process.stdout.write(text)
const suiteNames = ['contract', 'kill', 'posix', 'journaled', 'shown']

installStores(say)
const { loadAdapter, runContractSuite, runKillSuite, runPowerLossSuite } = await import(
  '../../dist/src/conformance/index.js'
)

const seed = Number(values.seed)
const kills = Number(values.kills)
const images = Number(values.images)

/** Each returns its verdict, and what a reader wants to know of it. */
const suites = {
  contract: async (url) => {
    const { cases } = await runContractSuite(await loadAdapter(url))
    const failed = cases.filter(({ outcome }) => outcome === 'failed')
    const run = cases.filter(({ outcome }) => outcome !== 'skipped').length
    return verdictOf(`${run} cases`, failed[0] && `${failed[0].id}: ${failed[0].reason}`)
  },
  kill: async (url, row) => {
    const { verdicts, failures } = await runKillSuite({ adapterUrl: url, kills: row.kills ?? kills, seed })
    return verdictOf(`${verdicts.length} kills`, failures[0]?.findings[0]?.text)
  },
  posix: (url) => losePower(url, 'posix', unopened),
  journaled: (url) => losePower(url, 'journaled', unopened),
  shown: (url) => losePower(url, 'journaled', {}),
}

/** What was acked is judged alone: none is killed and opened again before the power goes. */
const unopened = { reopenings: 0 }

async function losePower(url, model, options) {
  const report = await runPowerLossSuite({ adapterUrl: url, images, seed, model, ...options })
  const cannotJudge = report.workloads.find((workload) => workload.cannotJudge !== undefined)?.cannotJudge
  if (cannotJudge !== undefined) return { verdict: 'not judged', tried: cannotJudge }
  return verdictOf(`${report.images} images`, report.failures[0]?.findings[0]?.text)
}

const verdictOf = (tried, text) => ({ verdict: text === undefined ? 'holds' : 'found', tried, text })

async function runRow(row) {
  const { url, expected } = row
  const cells = {}
  for (const name of suiteNames) {
    if (expected[name] === undefined) continue
    const startedAt = performance.now()
    cells[name] = await suites[name](url, row)
    cells[name].seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  }
  return cells
}

function tellCell(name, cell, wanted) {
  const mark = cell.verdict === wanted ? '  ' : '! '
  say(`${mark}  ${name.padEnd(10)} ${cell.verdict.padEnd(10)} ${cell.tried.padEnd(12)} ${cell.seconds} s\n`)
  if (cell.verdict === 'found') say(`      ${cell.text.split('\n')[0]}\n`)
  if (cell.verdict !== wanted) say(`      and it should be: ${wanted}\n`)
}

const told = []
let wrong = 0
for (const row of rows.filter(({ url }) => url.includes(values.only))) {
  say(`${row.store}, ${row.configuration}\n`)
  const cells = await runRow(row)
  for (const [name, cell] of Object.entries(cells)) {
    tellCell(name, cell, row.expected[name])
    if (cell.verdict !== row.expected[name]) wrong++
  }
  if (row.why !== undefined) say(`    power loss not run: ${row.why}\n`)
  told.push({ ...row, cells })
}

if (values.markdown) {
  const words = ({ verdict, tried, seconds }) =>
    `${verdict === 'found' ? '**found**' : verdict} (${tried}, ${seconds} s)`
  say(`\n| store | configuration | ${suiteNames.join(' | ')} |\n|${' --- |'.repeat(suiteNames.length + 2)}\n`)
  for (const { store, configuration, cells } of told) {
    const columns = suiteNames.map((name) => (cells[name] === undefined ? 'not run' : words(cells[name])))
    say(`| ${[store, configuration, ...columns].join(' | ')} |\n`)
  }
}
say(wrong === 0 ? '\nEach verdict is the expected one\n' : `\n${wrong} verdicts are not the expected ones\n`)
process.exitCode = wrong === 0 ? 0 : 1
