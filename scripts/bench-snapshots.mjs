// How fast snapshots are written and read, beside plain files. Run `npm run build` first, then
// `node scripts/bench-snapshots.mjs [mebibytes] [rounds] [directory]`. The directory should be on the disk that is asked about.
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { copyFile, open, rm } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { SnapshotStore } from '../dist/src/raft/snapshots/index.js'

const mebibytes = Number(process.argv[2] ?? 256)
const rounds = Number(process.argv[3] ?? 11)
const directory = mkdtempSync(join(process.argv[4] ?? tmpdir(), 'holdfast-bench-'))
const chunkBytes = 256 * 1024
const warmUpRounds = 2

const source = join(directory, 'source')
const store = SnapshotStore.open(join(directory, 'snapshots'))

async function sync(path) {
  const file = await open(path, 'r')
  await file.sync()
  await file.close()
}

/** Each is timed; `after`, which is not, undoes it. The source is in the page cache: it is writing that is asked about. */
const writing = [
  {
    name: 'plain copy, one sync',
    run: async () => {
      const target = join(directory, 'copy')
      const options = { highWaterMark: chunkBytes }
      await pipeline(createReadStream(source, options), createWriteStream(target, options))
      await sync(target)
    },
    after: () => rm(join(directory, 'copy')),
  },
  {
    name: 'copyFile (in the kernel), one sync',
    run: async () => {
      const target = join(directory, 'copy')
      await copyFile(source, target)
      await sync(target)
    },
    after: () => rm(join(directory, 'copy')),
  },
  {
    name: 'snapshot',
    run: async () => {
      const writer = store.create({ index: 1, term: 1 })
      await pipeline(createReadStream(source, { highWaterMark: chunkBytes }), writer)
      await writer.finish()
    },
    after: () => store.remove(store.list()[0].id),
  },
]

const reading = [
  {
    name: 'plain read',
    run: async () => {
      for await (const _chunk of createReadStream(source, { highWaterMark: chunkBytes }));
    },
  },
  { name: 'snapshot', run: () => store.verify(store.list()[0].id) },
]

async function writeSource() {
  const file = await open(source, 'w')
  const chunk = Buffer.alloc(1024 * 1024)
  for (let turn = 0; turn < mebibytes; turn++) {
    for (let at = 0; at < chunk.length; at += 4) chunk.writeUInt32LE(Math.imul(turn + 1, at) >>> 0, at)
    await file.write(chunk)
  }
  await file.sync()
  await file.close()
}

/** Every contender has one turn a round, and another one goes first each time. */
async function interleave(contenders) {
  const samples = contenders.map(() => [])
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const position = (turn + round + warmUpRounds) % contenders.length
      const { run, after } = contenders[position]
      const startedAt = performance.now()
      await run()
      const seconds = (performance.now() - startedAt) / 1000
      await after?.()
      if (round >= 0) samples[position].push(mebibytes / seconds)
    }
  }
  return samples
}

const sorted = (samples) => [...samples].sort((left, right) => left - right)
const median = (samples) => sorted(samples)[samples.length >> 1]

function report(title, contenders, samples) {
  process.stdout.write(`\n${title}: MiB/s, median (worst, best); ratio to the first, median of rounds\n`)
  contenders.forEach(({ name }, at) => {
    const mine = sorted(samples[at])
    const ratio = median(samples[at].map((rate, round) => rate / samples[0][round]))
    const range = `(${mine[0].toFixed(0)}, ${mine.at(-1).toFixed(0)})`
    process.stdout.write(
      `  ${name.padEnd(36)} ${median(mine).toFixed(0).padStart(6)} ${range.padEnd(14)} ${ratio.toFixed(2)}\n`,
    )
  })
}

try {
  const { type } = statfsSync(directory)
  process.stdout.write(
    `${mebibytes} MiB, ${rounds} rounds; ${availableParallelism()} cores, ${cpus()[0]?.model.trim()}, ` +
      `${process.platform} ${release()}, file system 0x${type.toString(16)}, node ${process.version}, ` +
      `load ${loadavg()[0]?.toFixed(2)}\n`,
  )
  await writeSource()
  report('Writing', writing, await interleave(writing))
  await writing[2].run()
  report('Reading', reading, await interleave(reading))
} finally {
  store.close()
  rmSync(directory, { recursive: true, force: true })
}
