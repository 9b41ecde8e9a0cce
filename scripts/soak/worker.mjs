// The child that soaks: reports to standard output, leaves standard error to LMDB, and exits with 1 when something is wrong.
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { FailpointRegistry } from '../../dist/failpoints/index.js'
import { openLmdbLog } from '../../dist/src/index.js'
import { createRandom } from '../bench/random.mjs'
import { checkCursor, checkEntries, checkEverything } from './check.mjs'
import { SoakModel } from './model.mjs'
import { describeGrowth, isFlat, progressHead, progressLine, summaryLines } from './progress.mjs'
import { takeStep } from './steps.mjs'
import { createEntryOf } from './values.mjs'

const options = JSON.parse(process.argv[2])
const progressLines = 20
const stepsPerTurnMax = 2000
const entriesPerCheck = 30
const meanStepsBetweenReopens = 1000

function say(line) {
  process.stdout.write(`${line}\n`)
}

function open(directory, failpoints) {
  return openLmdbLog(directory, { failpoints })
}

/** Half of the ends are a close, the others what a killed process leaves. */
function reopen(run, directory) {
  if (run.random() % 2 === 0) {
    run.log.close()
    run.model.flushed()
  } else {
    run.log.abandon()
    run.model.abandoned()
  }
  run.log = open(directory, run.failpoints)
  run.tally.reopens++
}

function checkSome({ log, model, entryOf, random }) {
  checkCursor(log, model)
  const { first, end } = model.visible
  if (first === end) return
  const from = first + (random() % (end - first))
  checkEntries(log, model, entryOf, from, Math.min(end, from + entriesPerCheck))
}

async function soak(directory) {
  const failpoints = new FailpointRegistry({ seed: options.seed })
  const tally = { appended: 0, commits: 0, deferred: 0, injected: 0, refused: 0 }
  Object.assign(tally, { truncations: 0, reclaimed: 0, reopens: 0, checks: 0, steps: 0 })
  const run = { log: open(directory, failpoints), failpoints, tally, live: options.live }
  Object.assign(run, {
    model: new SoakModel(),
    entryOf: createEntryOf(options.seed, options.values),
    random: createRandom(options.seed),
  })
  const samples = []
  let startedAt = performance.now()
  let stepsToTurn = 0
  let entriesBefore = 0
  say(progressHead)
  while (tally.appended < options.entries) {
    takeStep(run)
    tally.steps++
    if (run.random() % 8 === 0) checkSome(run)
    else checkCursor(run.log, run.model)
    if (run.random() % meanStepsBetweenReopens === 0) reopen(run, directory)
    if (!options.isSynchronous && stepsToTurn-- <= 0) {
      await nextTurn()
      stepsToTurn = run.random() % stepsPerTurnMax
    }
    if (tally.appended < (options.entries * (samples.length + 1)) / progressLines) continue
    const liveBytes = checkEverything(run.log, run.model, run.entryOf)
    tally.checks++
    const perSecond = ((tally.appended - entriesBefore) / (performance.now() - startedAt)) * 1000
    const sample = { appended: tally.appended, liveBytes, perSecond, ...run.log.stats() }
    samples.push(sample)
    say(progressLine(sample, tally))
    entriesBefore = tally.appended
    startedAt = performance.now()
  }
  run.log.close()
  return { samples, tally }
}

const directory = mkdtempSync(join(options.directory, 'holdfast-soak-'))
say(
  `seed ${options.seed}, ${options.entries} entries, about ${options.live} live, ${options.values} values, node ${process.version}`,
)
try {
  const { samples, tally } = await soak(directory)
  for (const line of summaryLines(tally)) say(line)
  say(describeGrowth(samples))
  if (!isFlat(samples)) process.exitCode = 1
} catch (error) {
  say(`seed ${options.seed}: ${error.stack}`)
  process.exitCode = 1
} finally {
  rmSync(directory, { recursive: true, force: true })
}
