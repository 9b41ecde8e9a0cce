// What applying a chunk costs beside the same records written raw, what reading and snapshots cost. Run `npm run build` first,
// then `node scripts/bench-state-machine.mjs [rounds] [mebibytes] [directory]`. The directory should be on the disk that is asked
// about. better-sqlite3 is installed by `npm run bench`; without it that row is left out.
import { closeSync, copyFileSync, fsyncSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { open } from 'lmdb'
import * as stateMachines from '../dist/src/state-machine/index.js'
import { interleave } from './bench/interleave.mjs'
import { describeMachine } from './bench/machine.mjs'
import { pairedRatio, summarize } from './bench/statistics.mjs'

const rounds = Number(process.argv[2] ?? 41)
const mebibytes = Number(process.argv[3] ?? 256)
const directory = mkdtempSync(join(process.argv[4] ?? tmpdir(), 'holdfast-bench-state-'))
const valueBytes = 128
const keysCount = 200_000
const value = Buffer.alloc(valueBytes, 'v')

function keyOf(number) {
  return Buffer.from(`key-${String(Math.imul(number, 2_654_435_761) >>> 0).padStart(10, '0')}`)
}

/** A state machine, given commands as objects: decoding is not asked about. */
async function holdfast(name, Machine) {
  const machine = new Machine(join(directory, name), { name })
  await machine.start()
  return {
    name,
    machine,
    apply(numbers) {
      const { index } = machine.applied()
      const entries = numbers.map((number, offset) => ({
        index: index + 1 + offset,
        term: 1,
        command: { kind: 'put', key: keyOf(number), value },
      }))
      return machine.applyChunk(entries)
    },
    close: () => machine.close(),
  }
}

/** The records that a chunk is on LMDB: a row with 29 bytes before its value, and the position. */
function rawLmdb() {
  const binary = { encoding: 'binary', keyEncoding: 'binary', cache: false }
  const root = open({ path: join(directory, 'raw'), noSubdir: false, overlappingSync: false, ...binary })
  const rows = root.openDB({ name: 'rows', ...binary })
  const meta = root.openDB({ name: 'meta', ...binary })
  const row = Buffer.alloc(29 + valueBytes)
  const applied = Buffer.alloc(57)
  return {
    name: 'raw lmdb, the same records',
    apply(numbers) {
      root.transactionSync(() => {
        for (const number of numbers) rows.putSync(keyOf(number), row)
        meta.putSync(Buffer.from('applied'), applied)
      })
    },
    close: () => root.close(),
  }
}

async function sqlite() {
  try {
    const { default: Sqlite } = await import('./bench/node_modules/better-sqlite3/lib/index.js')
    const database = new Sqlite(join(directory, 'sqlite.db'))
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
    database.exec(
      'CREATE TABLE kv (key BLOB PRIMARY KEY, made INTEGER, changed INTEGER, value BLOB) WITHOUT ROWID',
    )
    database.exec('CREATE TABLE applied (id INTEGER PRIMARY KEY, position INTEGER)')
    const put = database.prepare(
      'INSERT INTO kv VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET changed = excluded.changed, value = excluded.value',
    )
    const move = database.prepare('INSERT OR REPLACE INTO applied VALUES (1, ?)')
    let index = 0
    const apply = database.transaction((numbers) => {
      for (const number of numbers) put.run(keyOf(number), ++index, index, value)
      move.run(index)
    })
    return {
      name: 'better-sqlite3, FULL',
      apply: (numbers) => void apply(numbers),
      close: () => database.close(),
    }
  } catch (error) {
    process.stderr.write(`better-sqlite3 is left out: ${error.message.split('\n')[0]}\n`)
    return undefined
  }
}

async function benchApply(contenders, chunk) {
  let next = 0
  const numbersOf = new Map()
  const run = (contender, numbers) => contender.apply(numbers)
  // Every contender is given the same keys in the same round.
  const prepare = (contender) => {
    const turn = numbersOf.get(contender) ?? 0
    numbersOf.set(contender, turn + 1)
    next = turn * chunk
    return Array.from({ length: chunk }, (_, offset) => (next + offset) % keysCount)
  }
  const samples = await interleave(contenders, rounds, run, prepare)
  const raw = samples[contenders.findIndex(({ name }) => name.startsWith('raw'))]
  process.stdout.write(
    `\nApplying, chunks of ${chunk} puts of ${valueBytes} bytes (median of ${rounds} rounds)\n`,
  )
  contenders.forEach(({ name }, at) => {
    const { p50, p99 } = summarize(samples[at])
    const rate = Math.round((chunk * 1000) / p50)
    const ratio = pairedRatio(samples[at], raw).toFixed(2)
    process.stdout.write(
      `  ${name.padEnd(30)} ${p50.toFixed(3)} ms  p99 ${p99.toFixed(2)} ms  ${rate} entries/s  ${ratio} x raw lmdb\n`,
    )
  })
}

function benchReads(contenders) {
  process.stdout.write(`\nReading of ${keysCount} keys\n`)
  for (const { name, machine } of contenders) {
    const keys = Array.from({ length: 20_000 }, (_, number) => keyOf(number % 20_000))
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

/** How long `work` takes, how long it held up the event loop, and how far memory grew. */
async function measure(work) {
  global.gc?.()
  const before = process.memoryUsage()
  let rss = before.rss - before.heapTotal
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const timer = setInterval(() => {
    const now = process.memoryUsage()
    rss = Math.max(rss, now.heapUsed + now.external + now.arrayBuffers)
  }, 20)
  const base = before.heapUsed + before.external + before.arrayBuffers
  rss = base
  const started = performance.now()
  const result = await work()
  const durationMs = performance.now() - started
  clearInterval(timer)
  delay.disable()
  return { result, durationMs, delayMs: delay.max / 1e6, grownMiB: (rss - base) / 2 ** 20 }
}

function told(name, { durationMs, delayMs, grownMiB }, bytes) {
  const rate = ((bytes / durationMs) * 1000) / 2 ** 20
  process.stdout.write(
    `  ${name.padEnd(30)} ${durationMs.toFixed(0)} ms  ${rate.toFixed(0)} MiB/s  longest delay of the event loop ${delayMs.toFixed(0)} ms  JavaScript memory +${grownMiB.toFixed(0)} MiB\n`,
  )
}

async function benchSnapshots() {
  const size = 4096
  const count = Math.round((mebibytes * 2 ** 20) / size)
  const machine = new stateMachines.LmdbStateMachine(join(directory, 'large'), { snapshotsKept: 1 })
  await machine.start()
  for (let from = 0; from < count; from += 1000) {
    const { index } = machine.applied()
    const entries = Array.from({ length: Math.min(1000, count - from) }, (_, offset) => ({
      index: index + 1 + offset,
      term: 1,
      command: { kind: 'put', key: keyOf(from + offset), value: Buffer.alloc(size, from + offset) },
    }))
    await machine.applyChunk(entries)
  }
  process.stdout.write(`\nSnapshots of ${mebibytes} MiB in values of ${size} bytes\n`)
  const data = join(directory, 'large', 'gen-00000001', 'data.mdb')
  const copied = join(directory, 'copied')
  const plain = await measure(() => {
    copyFileSync(data, copied)
    const descriptor = openSync(copied, 'r')
    fsyncSync(descriptor)
    closeSync(descriptor)
  })
  told('plain copy of the file, synced', plain, statSync(copied).size)
  rmSync(copied)
  for (const kind of ['native', 'stream']) {
    const made = await measure(() => machine.createSnapshot({ kind }))
    told(`create, ${kind}`, made, made.result.bytes)
    const target = new stateMachines.LmdbStateMachine(join(directory, `target-${kind}`))
    await target.start()
    const source = await machine.openSnapshot(made.result.id)
    const install = await target.beginInstall(source.manifest)
    const received = await measure(async () => {
      for await (const { block, bytes } of source.blocks()) await install.write(block, bytes)
    })
    told(`receive, ${kind}`, received, made.result.bytes)
    told(`commit, ${kind}`, await measure(() => install.commit()), made.result.bytes)
    await source.close()
    await target.close()
    rmSync(join(directory, `target-${kind}`), { recursive: true })
  }
  await machine.close()
}

try {
  process.stdout.write(
    `${JSON.stringify(describeMachine({ directory, seed: 1, isQuick: false }), null, 2)}\n`,
  )
  const { LmdbStateMachine, FileStateMachine } = stateMachines
  const machines = [await holdfast('LmdbStateMachine', LmdbStateMachine)]
  if (FileStateMachine !== undefined) machines.push(await holdfast('FileStateMachine', FileStateMachine))
  const contenders = [...machines, rawLmdb(), await sqlite()].filter((contender) => contender !== undefined)
  for (const chunk of [1, 10, 100, 1000]) await benchApply(contenders, chunk)
  for (let from = 0; from < keysCount; from += 1000) {
    for (const { apply } of machines) await apply(Array.from({ length: 1000 }, (_, offset) => from + offset))
  }
  benchReads(machines)
  for (const contender of contenders) await contender.close()
  await benchSnapshots()
} finally {
  rmSync(directory, { recursive: true, force: true })
}
