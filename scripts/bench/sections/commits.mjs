// A durable batch, of each size, by each contender.
import { mkdirSync } from 'node:fs'
import { openContenders } from '../contenders/index.mjs'
import { interleave } from '../interleave.mjs'
import { createValues } from '../random.mjs'
import { pairedRatio, summarize } from '../statistics.mjs'

/**
 * How many commits each contender has made before the first that counts, in all sizes together. V8 compiles what has run some
 * thousand times: after 500 commits of one entry, two thirds of what Holdfast takes beside LMDB were still interpreted.
 */
const warmUpCommits = { full: 4000, quick: 400 }

/** One result for each batch size: its contenders' times in milliseconds, and what they are to the floor's and lmdb's. */
export async function measureCommits({ directory, seed, entryBytes, commitRounds, isQuick, say }) {
  const results = []
  let owed = isQuick ? warmUpCommits.quick : warmUpCommits.full
  for (const [size, rounds] of Object.entries(commitRounds)) {
    const batch = Number(size)
    say(`commits of ${batch}, ${rounds} rounds ...`)
    const home = `${directory}/commits-${batch}`
    mkdirSync(home)
    const { opened, absent } = await openContenders(home, { entryBytes })
    const values = createValues(seed, batch, entryBytes)
    const samples = await interleave(opened, rounds, (contender, fresh) => contender.commit(fresh), {
      prepare: (contender) => freshly(values, contender.headerBytes ?? 0),
      warmUpRounds: Math.max(owed, Math.ceil(rounds / 2)),
    })
    owed = 0
    for (const contender of opened) await contender.close()
    const samplesOf = (name) => samples[opened.findIndex((contender) => contender.name === name)]
    const times = opened.map(({ name, what }, position) =>
      describe(name, what, samples[position], samplesOf('floor'), samplesOf('lmdb')),
    )
    results.push({ batch, times, absent })
  }
  return results
}

/**
 * Copies of `values`, as an engine has each value in new memory: one that the processor, or a contender, knows from the round
 * before would flatter it. A contender whose records are longer gets them with the bytes in front.
 */
function freshly(values, headerBytes) {
  return values.map((value) => {
    const copy = Buffer.allocUnsafe(headerBytes + value.length)
    copy.fill(0, 0, headerBytes)
    copy.set(value, headerBytes)
    return copy
  })
}

function describe(name, what, samples, floor, lmdb) {
  const { p50, p99, rounds } = summarize(samples)
  return {
    name,
    what,
    rounds,
    p50Ms: p50,
    p99Ms: p99,
    toFloor: p50 / summarize(floor).p50,
    toLmdb: p50 / summarize(lmdb).p50,
    toLmdbPaired: pairedRatio(samples, lmdb),
  }
}
