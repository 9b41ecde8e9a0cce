// What a durable write costs: Holdfast beside the floor, beside raw lmdb, and beside what else npm has.
// Plain JavaScript, as Node 20 runs no TypeScript; it measures `dist`, so build first. docs/benchmarks.md explains it.
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readArguments, usage } from './arguments.mjs'
import { installContenders } from './install.mjs'
import { describeMachine } from './machine.mjs'
import { render } from './render.mjs'
import { measureCommits } from './sections/commits.mjs'
import { measureOpens } from './sections/opens.mjs'
import { measureOverheads } from './sections/overheads.mjs'
import { measureReads } from './sections/reads.mjs'
import { measureTrims } from './sections/trims.mjs'
import { judge } from './targets.mjs'

const options = readArguments(process.argv.slice(2))
if (options === undefined) {
  process.stdout.write(usage)
  process.exit(0)
}

function say(line) {
  process.stderr.write(`${line}\n`)
}

installContenders(say)
const machine = describeMachine(options)
const directory = mkdtempSync(join(options.directory, 'holdfast-bench-'))
try {
  const settings = { ...options, directory, say }
  const results = {
    machine,
    commits: await measureCommits(settings),
    reads: await measureReads(settings),
    opens: measureOpens(settings),
    trims: await measureTrims(settings),
    overheads: await measureOverheads(settings),
  }
  const report = { ...results, targets: judge(results) }
  process.stdout.write(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : render(report))
} finally {
  rmSync(directory, { recursive: true, force: true })
}
