// Writes docs/mutants.md from the planted bugs of the tests: `node scripts/generate-mutants-docs.mjs`.
// With --check it writes nothing, and ends with 1 when the page is not what it would write.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

const root = new URL('../', import.meta.url)
const page = new URL('docs/mutants.md', root)
const read = (path) => readFileSync(new URL(path, root), 'utf8')

/** Suites that a store of a file of its own is run against, and the tests that do it. */
const adapterSuites = [
  { suite: 'kill', directory: 'test/conformance/mutant-adapters', test: 'test/conformance/kill.crash.ts' },
  {
    suite: 'raft-kill',
    directory: 'test/conformance/mutant-adapters',
    test: 'test/conformance/kill-raft.slow.ts',
  },
  {
    suite: 'raft-kill',
    directory: 'test/conformance/kill-raft/adapters',
    test: 'test/conformance/kill-raft/strangers.slow.ts',
  },
  {
    suite: 'model',
    directory: 'test/conformance/kill-raft/adapters',
    test: 'test/conformance/model-suite/raft-model.slow.ts',
  },
  ...readdirSync(new URL('test/conformance/power-loss/', root))
    .filter((name) => /\.(crash|slow)\.ts$/.test(name))
    .map((name) => ({
      suite: 'power-loss',
      directory: 'test/conformance/power-loss/adapters',
      test: `test/conformance/power-loss/${name}`,
    })),
  ...['fault', 'raft-fault'].map((name) => ({
    suite: 'fault',
    directory: 'test/conformance/fault/adapters',
    test: `test/conformance/fault/${name}.slow.ts`,
  })),
  ...['rot', 'raft-rot'].map((name) => ({
    suite: 'rot',
    directory: 'test/conformance/rot/adapters',
    test: `test/conformance/rot/${name}.slow.ts`,
  })),
]

/** The same for state machines. */
const stateSuites = [
  ...['kill.crash.ts', 'kill.slow.ts'].map((name) => ({
    suite: 'state-kill',
    directory: 'test/state-machine/mutant-adapters',
    test: `test/state-machine/${name}`,
  })),
  {
    suite: 'model',
    directory: 'test/state-machine/mutant-adapters',
    test: 'test/conformance/model-suite/state-model.slow.ts',
  },
  ...['power-loss.slow.ts', 'power-loss-runs.slow.ts'].map((name) => ({
    suite: 'state-power-loss',
    directory: 'test/state-machine/power-loss-mutants',
    test: `test/state-machine/${name}`,
  })),
]

/** Those of the contract: each says itself which cases must fail. */
function contractMutants() {
  const sweep = plantedNames('sweep')
  const model = plantedNames('model-suite')
  const names = Array.from(
    read('test/mutants/index.ts').matchAll(/^ {2}'([a-z0-9-]+)': /gm),
    ([, name]) => name,
  )
  return names.map((name) => {
    const text = read(`test/mutants/${name}.ts`)
    const [, , bug] = found(/bug:\s*(['"`])(.*?)\1,\n/s, text, name)
    const [, list] = found(/caughtBy: \[(.*?)\]/s, text, name)
    const cases = Array.from(list.matchAll(/'([^']+)'/g), ([, id]) => id)
    if (cases.length === 0) throw new Error(`test/mutants/${name}.ts names no case`)
    return {
      name,
      bug: bug.replaceAll("\\'", "'"),
      cases,
      isSwept: sweep.has(name),
      isModelled: model.has(name),
    }
  })
}

function plantedNames(directory) {
  const table = read(`test/conformance/${directory}/planted.ts`).matchAll(/^ {2}\['([a-z0-9-]+)'/gm)
  return new Set(Array.from(table, ([, name]) => name))
}

/** State machines of the contract, each of which says itself which cases must fail. */
function stateMutants() {
  const text = read('test/state-machine/mutants.ts')
  const [, list] = found(
    /export const stateMutants[^=]*= \[\n(.*)^\]/ms,
    text,
    'mutants.ts of the state machines',
  )
  const planted = read('test/conformance/model-suite/planted-states.ts')
  const entries = list.matchAll(/bug: '(.*?)',\n\s*caughtBy: \[(.*?)\],\n\s*createAdapter: (.*?),\n/gs)
  return Array.from(entries, ([, bug, cases, made]) => ({
    bug: `${bug[0].toUpperCase()}${bug.slice(1)}.`,
    name: /(\w+)\)?$/.exec(made)[1],
    cases: Array.from(cases.matchAll(/'([^']+)'/g), ([, id]) => id),
    isModelled: planted.includes(`['${bug}', `),
  }))
}

/** Stores that are killed, or lose power: the bug is the first sentence of the file. */
function adapterMutants(suites) {
  const bySuite = new Map()
  for (const { suite, directory, test } of suites) {
    const named = read(test)
    for (const file of readdirSync(new URL(directory, root)).sort()) {
      const name = file.replace(/\.mjs$/, '')
      if (!named.includes(`'${name}'`) && !named.includes(`/${file}`)) continue
      const key = `${directory}/${name}`
      const [, long, line] = found(
        /^(?:\/\*\*[\s*]*([\s\S]*?)\s*\*\/|\/\/ (.*))/,
        read(`${directory}/${file}`),
        file,
      )
      const bug = long ?? line
      const known = bySuite.get(key) ?? { name, bug: bug.replace(/\s*\n \* /g, ' '), suites: [] }
      if (!known.suites.includes(suite)) known.suites.push(suite)
      bySuite.set(key, known)
    }
  }
  return [...bySuite.values()].filter(({ name }) => !healthy.has(name))
}

/** Stores among the adapters that are right, that cannot be judged, or that are no store at all. */
const healthy = new Set([
  ...['appending-store', 'key-value-store', 'whole-file-store', 'poisons-itself', 'sealed'],
  ...['hangs-or-dies', 'maps-writable', 'kit-log', 'kit-sealed'],
  ...['on-files', 'on-files-lazily'],
  ...['lmdb-raft', 'least-minutes', 'ledger-that-syncs', 'minutes-that-sync'],
  ...['minutes-that-refuse', 'minutes-sealed'],
])

function found(pattern, text, name) {
  const match = pattern.exec(text)
  if (match === null) throw new Error(`${name} is not written as the others are: ${pattern} is not in it`)
  return match
}

/** Columns are padded, as formatters of Markdown write them. */
function table(head, rows) {
  const widths = head.map((_cell, column) => Math.max(3, ...[head, ...rows].map((row) => row[column].length)))
  const line = (cells, padding) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column], padding)).join(' | ')} |`
  const rule = line(
    head.map(() => ''),
    '-',
  )
  return [line(head), rule, ...rows.map((row) => line(row))].join('\n')
}

const contract = contractMutants()
const adapters = adapterMutants(adapterSuites)
const states = stateMutants()
const stateAdapters = adapterMutants(stateSuites)

const text = `# Planted bugs

<!-- Written by scripts/generate-mutants-docs.mjs from test/mutants and the adapters of the tests: change those, not this. -->

A suite that finds nothing is worth what it would have found. So it is run against ${contract.length + adapters.length} stores and ${states.length + stateAdapters.length} state machines with one planted bug each, in
every run of the tests, and each of them must be caught by the cases or the suites that are named here. The stores that they
are made of pass.

## In this process

${contract.length} stores, by the cases of the contract that must fail. Those with a mark in the last columns are also caught by the
histories of the [model suite](model-suite.md) or by the [sweep](sweep.md), with a pinned seed, and are shrunk to a few operations.

${table(
  ['planted bug', 'file in `test/mutants/`', 'caught by', 'model', 'sweep'],
  contract.map(({ name, bug, cases, isSwept, isModelled }) => [
    bug,
    `\`${name}\``,
    cases.join(', '),
    isModelled ? 'yes' : '',
    isSwept ? 'yes' : '',
  ]),
)}

## Killed, or without power

${adapters.length} stores, each in a process of its own.

${table(
  ['planted bug', 'file', 'caught by'],
  adapters.map(({ name, bug, suites }) => [bug, `\`${name}\``, suites.join(', ')]),
)}

## State machines

${states.length} state machines, by the cases of their contract that must fail. Those with a mark in the last column are also caught by the histories
of the [model suite](model-suite.md), with a pinned seed, and are shrunk to a few calls.

${table(
  ['planted bug', 'in `test/state-machine/mutants.ts`', 'caught by', 'model'],
  states.map(({ name, bug, cases, isModelled }) => [
    bug,
    `\`${name}\``,
    cases.join(', '),
    isModelled ? 'yes' : '',
  ]),
)}

${stateAdapters.length} more, each in a process of its own, which is killed or loses its power.

${table(
  ['planted bug', 'file', 'caught by'],
  stateAdapters.map(({ name, bug, suites }) => [bug, `\`${name}\``, suites.join(', ')]),
)}
`

if (!process.argv.includes('--check')) writeFileSync(page, text)
else if (readFileSync(page, 'utf8') !== text) {
  process.stderr.write('docs/mutants.md is out of date: run node scripts/generate-mutants-docs.mjs\n')
  process.exitCode = 1
}
