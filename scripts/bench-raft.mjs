// What Raft storage costs. Run `npm run build` first, then `node scripts/bench-raft.mjs [directory]`.
//
// Writes are timed one by one, in rounds in which each contender has its turn, beside a commit of the bare log. Terms are read in
// batches, because a clock is too coarse for one.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLmdbLog } from '../dist/src/index.js'
import { HardStateStore, RaftLog } from '../dist/src/raft/index.js'
import { interleave } from './bench/interleave.mjs'
import { describeMachine } from './bench/machine.mjs'
import { createRandom } from './bench/random.mjs'
import { summarize } from './bench/statistics.mjs'

const seed = 1
const rounds = 300
const data = new Uint8Array(256).fill(7)
const logSizes = [10_000, 1_000_000]
const entriesPerTerm = 1_000
const termsPerRound = 100_000
const termRounds = 20

const home = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'holdfast-bench-raft-'))
try {
  const { cores, cpu, fileSystem, isInMemory, node, loadAverage } = describeMachine({ directory: home, seed })
  write(
    `${cpu}, ${cores} cores, ${fileSystem}${isInMemory ? ' (in memory: syncs cost nothing)' : ''}, Node ${node}`,
  )
  write(`load ${loadAverage.join(' ')}, seed ${seed}, entries of ${data.length} bytes\n`)
  await measureWrites()
  for (const size of logSizes) measureTerms(size)
} finally {
  rmSync(home, { recursive: true, force: true })
}

async function measureWrites() {
  const contenders = [
    { name: 'the bare log: one entry', ...open('bare'), run: bareAppend },
    { name: 'append: one entry', ...open('append'), run: appendOne },
    { name: 'append: one that replaces one', ...open('conflict'), run: replaceOne },
    { name: 'append: one that is there', ...open('present'), run: appendAgain },
    { name: 'saveWith: state and one entry', ...open('together'), run: saveTogether },
    { name: 'save, then append: two commits', ...open('apart'), run: saveApart },
    { name: 'save: the commit index alone', ...open('commit'), run: saveCommit },
  ]
  for (const contender of contenders.slice(1)) {
    contender.hardState.saveWith({ currentTerm: 1, votedFor: 1 }, [entry(1, 1)])
  }
  const samples = await interleave(contenders, rounds, (contender) => contender.run(contender))
  for (const { log } of contenders) log.close()
  write(`${'a write, in milliseconds'.padEnd(36)}${'p50'.padStart(9)}${'p99'.padStart(9)}`)
  for (const [position, { name }] of contenders.entries()) {
    const { p50, p99 } = summarize(samples[position])
    write(`${name.padEnd(36)}${p50.toFixed(3).padStart(9)}${p99.toFixed(3).padStart(9)}`)
  }
  const [together, apart] = [4, 5].map((position) => summarize(samples[position]).p50)
  write(`saveWith takes ${(together / apart).toFixed(2)} of the time of the two commits\n`)
}

function open(name) {
  const store = openLmdbLog(join(home, name))
  if (name === 'bare') return { log: store }
  const log = new RaftLog(store)
  return { log, hardState: new HardStateStore(log) }
}

function bareAppend({ log }) {
  log.commit([{ kind: 'append', entries: [data] }])
}

function appendOne({ log }) {
  log.append([entry(log.lastIndex + 1, 1)])
}

function replaceOne({ log }) {
  const { index, term } = log.lastLogId
  log.append([entry(index, term + 1)])
}

function appendAgain({ log }) {
  log.append([entry(1, 1)])
}

function saveTogether(node) {
  const { log, hardState } = node
  hardState.saveWith(nextState(hardState), [entry(log.lastIndex + 1, 1)])
}

function saveApart(node) {
  const { log, hardState } = node
  hardState.save(nextState(hardState))
  log.append([entry(log.lastIndex + 1, 1)])
}

function saveCommit({ hardState }) {
  const { currentTerm, votedFor, commit = 0 } = hardState.load()
  hardState.save({ currentTerm, votedFor, commit: commit + 1 })
}

function nextState(hardState) {
  return { currentTerm: hardState.load().currentTerm + 1, votedFor: 1 }
}

function measureTerms(size) {
  const directory = join(home, `terms-${size}`)
  fill(directory, size)
  const openedAt = performance.now()
  const log = new RaftLog(openLmdbLog(directory))
  const openMs = performance.now() - openedAt
  const random = createRandom(seed)
  const [first, ...later] = Array.from({ length: termRounds }, () => readTerms(log, size, random))
  log.close()
  const { p50, p99 } = summarize(later)
  write(
    `term at random indexes of ${size} entries, ${size / entriesPerTerm} terms: opened in ${openMs.toFixed(1)} ms; ` +
      `first ${termsPerRound}: ${first.toFixed(2)} µs each; later: p50 ${p50.toFixed(2)} µs, p99 ${p99.toFixed(2)} µs`,
  )
}

/** Microseconds that one look-up took on average. */
function readTerms(log, size, random) {
  let sum = 0
  const startedAt = performance.now()
  for (let count = 0; count < termsPerRound; count++) sum += log.term((random() % size) + 1)
  const durationMs = performance.now() - startedAt
  if (sum < termsPerRound) throw new Error(`The terms add up to ${sum}`)
  return (durationMs * 1000) / termsPerRound
}

function fill(directory, size) {
  const log = new RaftLog(openLmdbLog(directory))
  for (let from = 1; from <= size; from += 10_000) {
    const count = Math.min(10_000, size - from + 1)
    log.append(
      Array.from({ length: count }, (_, offset) => {
        const index = from + offset
        return entry(index, Math.ceil(index / entriesPerTerm))
      }),
    )
  }
  log.close()
}

function entry(index, term) {
  return { index, term, kind: 'command', data }
}

function write(line) {
  process.stdout.write(`${line}\n`)
}
