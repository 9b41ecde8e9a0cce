// Opening a log, in this process and with its file in the page cache: what is measured is Holdfast's work and not the
// disk's. From the call to a log that answers, with its lock taken and its cursor recovered.
import { openLmdbLog } from '../../../dist/src/index.js'
import { createRandom } from '../random.mjs'
import { summarize, turnOrder } from '../statistics.mjs'
import { fillLog } from './long-log.mjs'

const warmUpRounds = 5

export function measureOpens(settings) {
  const { directory, openRounds, longLogEntries, shortLogEntries, say } = settings
  say(`opening logs of ${shortLogEntries} and ${longLogEntries} entries, ${openRounds} rounds ...`)
  const logs = [
    { directory: `${directory}/short`, entries: shortLogEntries, samples: [] },
    { directory: `${directory}/long`, entries: longLogEntries, samples: [] },
  ]
  for (const log of logs) fillLog(log.directory, log.entries, settings)
  const random = createRandom(settings.seed)
  for (let round = 0; round < openRounds + warmUpRounds; round++) {
    for (const position of turnOrder(logs.length, random)) {
      const durationMs = timeOpen(logs[position])
      if (round >= warmUpRounds) logs[position].samples.push(durationMs)
    }
  }
  const [short, long] = logs.map(({ entries, samples }) => {
    const { p50, p99, rounds } = summarize(samples)
    return { entries, rounds, p50Ms: p50, p99Ms: p99 }
  })
  return { short, long, ratio: long.p50Ms / short.p50Ms }
}

function timeOpen({ directory, entries }) {
  const startedAt = performance.now()
  const log = openLmdbLog(directory)
  const next = log.nextIndex
  const durationMs = performance.now() - startedAt
  log.close()
  if (next !== entries) throw new Error(`The log ends before ${next}, not ${entries}`)
  return durationMs
}
