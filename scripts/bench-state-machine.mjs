// What applying a chunk costs beside the same records written raw, what reading and snapshots cost, and whether that is what was promised:
// `npm run build`, then `node --expose-gc scripts/bench-state-machine.mjs --help`. better-sqlite3 is installed by `npm run bench`; without it
// that row is left out.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { FileStateMachine, LmdbStateMachine } from '../dist/src/state-machine/index.js'
import { interleave } from './bench/interleave.mjs'
import { describeMachine } from './bench/machine.mjs'
import { renderTarget } from './bench/render.mjs'
import { keyOf, openMachine, openRawLmdb, openSqlite, valueBytes } from './bench/state-machine/contenders.mjs'
import { benchSnapshots } from './bench/state-machine/snapshots.mjs'
import { judgeApply, judgeSnapshots } from './bench/state-machine/targets.mjs'
import { pairedRatio, summarize } from './bench/statistics.mjs'

const usage = `Usage: node --expose-gc scripts/bench-state-machine.mjs [options]

  --part PART        apply, snapshots or all; default all
  --rounds N         of applying a chunk; default 41
  --mebibytes N      of values in a snapshot; default 256
  --value-bytes N    of each of them; default 128 and then 4096: small rows ask what a row costs, large ones what a byte does
  --dir DIR          on the disk that is asked about; default the system's temporary directory
`
const { values: asked } = parseArgs({
  options: {
    part: { type: 'string', default: 'all' },
    rounds: { type: 'string', default: '41' },
    mebibytes: { type: 'string', default: '256' },
    'value-bytes': { type: 'string', multiple: true, default: ['128', '4096'] },
    dir: { type: 'string', default: tmpdir() },
    help: { type: 'boolean', default: false },
  },
})
if (asked.help) {
  process.stdout.write(usage)
  process.exit()
}

/** @throws when it is no number that can be used */
function positive(name) {
  return [asked[name]].flat().map((text) => {
    const number = Number(text)
    if (!Number.isSafeInteger(number) || number < 1)
      throw new Error(`Cannot use ${text} as --${name}: give an integer >= 1`)
    return number
  })
}

const { part } = asked
if (!['apply', 'snapshots', 'all'].includes(part))
  throw new Error(`Cannot use ${part} as --part: give apply, snapshots or all`)
const [rounds] = positive('rounds')
const [mebibytes] = positive('mebibytes')
const snapshotValueBytes = positive('value-bytes')
const directory = mkdtempSync(join(asked.dir, 'holdfast-bench-state-'))
const keysCount = 200_000
const snapshotRounds = 3
/** Whether the figures are what was promised. */
const targets = []
/** A state in memory takes a heap of several times its bytes where its rows are small. */
const memoryBytesOfSmallRowsMax = 256 * 2 ** 20

async function openContenders() {
  const contenders = [
    await openMachine(directory, 'LmdbStateMachine', LmdbStateMachine),
    await openMachine(directory, 'FileStateMachine', FileStateMachine),
    openRawLmdb(directory),
  ]
  try {
    contenders.push(await openSqlite(directory))
  } catch (error) {
    process.stderr.write(`better-sqlite3 is left out: ${error.message.split('\n')[0]}\n`)
  }
  return contenders
}

/** Every contender is given the same keys in the same turn. */
async function benchApply(contenders, chunk) {
  const turns = new Map()
  const prepare = (contender) => {
    const turn = turns.get(contender) ?? 0
    turns.set(contender, turn + 1)
    return contender.prepare(
      Array.from({ length: chunk }, (_, offset) => (turn * chunk + offset) % keysCount),
    )
  }
  const samples = await interleave(contenders, rounds, (contender, given) => contender.apply(given), {
    prepare,
  })
  const raw = samples[contenders.findIndex(({ name }) => name.startsWith('raw'))]
  process.stdout.write(
    `\nApplying, chunks of ${chunk} puts of ${valueBytes} bytes (median of ${rounds} rounds)\n`,
  )
  contenders.forEach(({ name }, at) => {
    const { p50, p99 } = summarize(samples[at])
    const rate = Math.round((chunk * 1000) / p50)
    const ratio = pairedRatio(samples[at], raw)
    process.stdout.write(
      `  ${name.padEnd(30)} ${p50.toFixed(3)} ms  p99 ${p99.toFixed(2)} ms  ${rate} entries/s  ${ratio.toFixed(2)} x raw lmdb\n`,
    )
    targets.push(...judgeApply({ name, chunk, ratio }))
  })
}

function benchReads(machines) {
  process.stdout.write(`\nReading of ${keysCount} keys\n`)
  for (const { name, machine } of machines) {
    const keys = Array.from({ length: 20_000 }, (_, number) => keyOf(number))
    for (const key of keys) machine.get(key)
    const started = performance.now()
    for (const key of keys) machine.get(key)
    const getUs = ((performance.now() - started) * 1000) / keys.length
    const many = performance.now()
    for (let from = 0; from < keys.length; from += 100) machine.getMulti(keys.slice(from, from + 100))
    const manyUs = ((performance.now() - many) * 1000) / keys.length
    process.stdout.write(
      `  ${name.padEnd(30)} get ${getUs.toFixed(2)} us  getMulti of 100: ${manyUs.toFixed(2)} us a key\n`,
    )
  }
}

async function benchAll() {
  const contenders = await openContenders()
  // All keys are there before anything is measured: what is asked is what a put costs in a state of some size.
  for (let from = 0; from < keysCount; from += 1000) {
    const numbers = Array.from({ length: 1000 }, (_, offset) => from + offset)
    for (const contender of contenders) await contender.apply(contender.prepare(numbers))
  }
  for (const chunk of [1, 10, 100, 1000]) await benchApply(contenders, chunk)
  benchReads(contenders.filter(({ machine }) => machine !== undefined))
  for (const contender of contenders) await contender.close()
}

async function benchAllSnapshots() {
  const bytes = mebibytes * 2 ** 20
  for (const size of snapshotValueBytes) {
    const options = { directory, bytes, valueBytes: size, rounds: snapshotRounds }
    const onLmdb = await benchSnapshots('LmdbStateMachine', LmdbStateMachine, ['native', 'stream'], options)
    const inMemory = size < 1024 ? Math.min(bytes, memoryBytesOfSmallRowsMax) : bytes
    const onFiles = await benchSnapshots('FileStateMachine', FileStateMachine, ['stream'], {
      ...options,
      bytes: inMemory,
    })
    targets.push(...[...onLmdb, ...onFiles].flatMap(judgeSnapshots))
  }
}

try {
  process.stdout.write(
    `${JSON.stringify(describeMachine({ directory, seed: 1, isQuick: false }), null, 2)}\n`,
  )
  if (part !== 'snapshots') await benchAll()
  if (part !== 'apply') await benchAllSnapshots()
  process.stdout.write(['', 'Targets', ...targets.map(renderTarget), ''].join('\n'))
} finally {
  rmSync(directory, { recursive: true, force: true })
}
