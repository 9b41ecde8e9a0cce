// What a snapshot costs and what its installation does, of each kind and on each medium, beside a plain copy of a file as long:
// how fast, how long the event loop was held up, and how far the process's memory grew.
import { readFileSync, rmSync } from 'node:fs'
import { copyFile, open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { calm } from '../calm.mjs'
import { quantileOf } from '../statistics.mjs'

const bytesPerChunk = 4 * 2 ** 20
const memoryEveryMs = 10

/**
 * Memory that is the process's own: pages of mapped files, which LMDB's whole file is, are the system's to take away. `undefined`
 * where the system does not say.
 */
function ownMemory() {
  try {
    const status = readFileSync('/proc/self/status', 'utf8')
    const of = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) * 1024
    return of('RssAnon') + of('RssShmem')
  } catch {
    return undefined
  }
}

/** Once the machine does nothing else any more. */
async function measure(work) {
  await calm()
  global.gc?.()
  const base = ownMemory() ?? process.memoryUsage().rss
  let peak = base
  const timer = setInterval(() => {
    peak = Math.max(peak, ownMemory() ?? process.memoryUsage().rss)
  }, memoryEveryMs)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  // The first look only tells when it was begun.
  delay.enable()
  await sleep(20)
  delay.reset()
  const startedAt = performance.now()
  const result = await work()
  const durationMs = performance.now() - startedAt
  // What held it up at the end is seen by the look after that.
  await sleep(20)
  delay.disable()
  clearInterval(timer)
  return { result, durationMs, delayMs: delay.max / 1e6, grownBytes: peak - base }
}

const median = (samples) => quantileOf(samples, 0.5)

/** On Node's own threads: what of the event loop's delay while it goes on is the machine's and not ours. */
async function plainCopy(from, to) {
  const copied = await measure(async () => {
    await copyFile(from, to)
    const file = await open(to)
    await file.sync()
    await file.close()
  })
  const { size } = await stat(to)
  await rm(to)
  return { ...copied, size }
}

/** The data file of a snapshot: a file of just the bytes that a plain copy is to have. */
function dataOf(directory, id) {
  return join(directory, 'snapshots', id, 'data')
}

/** Prints what a step took, and returns it. */
function tell(step, samples, bytes, plain) {
  const rate = median(samples.map(({ durationMs }) => bytes / durationMs))
  const mebibytes = ((rate * 1000) / 2 ** 20).toFixed(0)
  const copyRatio = plain === undefined ? undefined : rate / plain
  const ratio = copyRatio === undefined ? '' : `  ${copyRatio.toFixed(2)} x plain copy`
  const delayMs = Math.max(...samples.map(({ delayMs }) => delayMs))
  const grownBytes = Math.max(...samples.map(({ grownBytes }) => grownBytes))
  const grown = (grownBytes / 2 ** 20).toFixed(0)
  process.stdout.write(
    `  ${step.padEnd(30)} ${mebibytes.padStart(5)} MiB/s${ratio}  longest delay of the event loop ${delayMs.toFixed(0)} ms  own memory +${grown} MiB\n`,
  )
  return { step, rate, delayMs, grownBytes, copyRatio }
}

/**
 * In the order of their keys: each key in a place of its own would be a page that is written anew. Then one in a hundred once more, so
 * that pages in between are free.
 */
async function fill(machine, { bytes, valueBytes }) {
  const count = Math.round(bytes / valueBytes)
  const perChunk = Math.max(1, Math.min(4096, Math.floor(bytesPerChunk / valueBytes)))
  const put = async (numbers) => {
    const { index } = machine.applied()
    const entries = numbers.map((number, offset) => ({
      index: index + 1 + offset,
      term: 1,
      command: {
        kind: 'put',
        key: Buffer.from(`key-${String(number).padStart(10, '0')}`),
        value: Buffer.alloc(valueBytes, number),
      },
    }))
    await machine.applyChunk(entries)
  }
  const numbers = function* (from, by) {
    for (let number = from; number < count; number += by * perChunk) {
      const some = Math.min(perChunk, Math.ceil((count - number) / by))
      yield Array.from({ length: some }, (_, offset) => number + offset * by)
    }
  }
  for (const chunk of numbers(0, 1)) await put(chunk)
  for (const chunk of numbers(50, 100)) await put(chunk)
}

/** Makes a snapshot and copies it plainly, by turns. Returns the id of the last, and what was told. */
async function benchCreate(machine, directory, { kind, rounds }) {
  const samples = []
  const copies = []
  for (let round = 0; round < rounds; round++) {
    samples.push(await measure(() => machine.createSnapshot({ kind })))
    copies.push(await plainCopy(dataOf(directory, samples.at(-1).result.id), join(directory, '..', 'copied')))
  }
  const { result } = samples.at(-1)
  const { rate } = tell('a plain copy', copies, copies[0].size)
  return { id: result.id, told: tell(`create, ${kind}`, samples, result.bytes, rate) }
}

async function benchInstall(machine, target, { id, kind }) {
  await target.start()
  const source = await machine.openSnapshot(id)
  const { bytes } = source.manifest
  const install = await target.beginInstall(source.manifest)
  const receiving = await measure(async () => {
    for await (const { block, bytes: piece } of source.blocks(0, { reuseMemory: true }))
      await install.write(block, piece)
  })
  const told = [
    tell(`receive, ${kind}`, [receiving], bytes),
    tell(`commit, ${kind}`, [await measure(() => install.commit())], bytes),
  ]
  await source.close()
  await target.close()
  return told
}

/** @param options  `bytes` of values, `valueBytes` of each, `rounds`, `directory`. Returns what was told, for {@link judgeSnapshots}. */
export async function benchSnapshots(name, Machine, kinds, options) {
  const { directory, bytes, valueBytes, rounds } = options
  const place = join(directory, `large-${name}`)
  const machine = new Machine(place, { snapshotsKept: 1 })
  await machine.start()
  await fill(machine, options)
  await machine.checkpoint()
  const total = (bytes / 2 ** 20).toFixed(0)
  process.stdout.write(
    `\n${name}, snapshots of ${total} MiB in values of ${valueBytes} bytes, ${rounds} rounds\n`,
  )
  const told = []
  for (const kind of kinds) {
    const { id, told: created } = await benchCreate(machine, place, { kind, rounds })
    const target = join(directory, `target-${name}-${kind}`)
    told.push(created, ...(await benchInstall(machine, new Machine(target), { id, kind })))
    rmSync(target, { recursive: true })
  }
  await machine.close()
  rmSync(place, { recursive: true })
  return told.map((step) => ({ name, valueBytes, ...step }))
}
