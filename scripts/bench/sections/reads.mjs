// A thousand entries at once, from a log of ten thousand that is in the page cache.
import { mkdirSync } from 'node:fs'
import { openContenders } from '../contenders/index.mjs'
import { interleave } from '../interleave.mjs'
import { createValues } from '../random.mjs'
import { summarize } from '../statistics.mjs'

const entriesStored = 10_000
const entriesRead = 1_000

export async function measureReads({ directory, seed, entryBytes, readRounds, say }) {
  say(`reads of ${entriesRead}, ${readRounds} rounds ...`)
  const home = `${directory}/reads`
  mkdirSync(home)
  const names = ['lmdb', 'holdfast', 'classic-level', 'better-sqlite3']
  const { opened, absent } = await openContenders(home, { entryBytes }, names)
  const values = createValues(seed, entriesStored, entryBytes)
  for (const contender of opened) await contender.commit(values)
  const samples = await interleave(opened, readRounds, (contender, _, round) => {
    const answer = contender.read((Math.abs(round) * 37) % (entriesStored - entriesRead), entriesRead)
    return Array.isArray(answer) ? expectAll(answer) : answer.then(expectAll)
  })
  for (const contender of opened) await contender.close()
  const lmdb = summarize(samples[opened.findIndex(({ name }) => name === 'lmdb')])
  const times = opened.map(({ name }, position) => {
    const { p50, p99, rounds } = summarize(samples[position])
    return { name, rounds, p50Ms: p50, p99Ms: p99, toLmdb: p50 / lmdb.p50 }
  })
  return { entries: entriesRead, times, absent }
}

/** Returns nothing, so that a synchronous read is not taken for a promise. */
function expectAll(values) {
  if (values.length !== entriesRead) throw new Error(`${values.length} entries were read of ${entriesRead}`)
}
