// What the instruments cost in an append of one entry: a registry of failpoints with nothing armed, and the metrics. Two logs
// without either show how far apart the same thing is from itself: a difference below that is not measured.
import { FailpointRegistry } from '../../../dist/failpoints/index.js'
import { MemoryLog } from '../../../dist/src/index.js'
import { openHoldfast } from '../contenders/holdfast.mjs'
import { interleave } from '../interleave.mjs'
import { createValues } from '../random.mjs'
import { pairedDifference, summarize } from '../statistics.mjs'

/** A commit in memory takes some microseconds: this many are one sample. */
const commitsPerMemorySample = 50

export async function measureOverheads(settings) {
  const { directory, seed, entryBytes, overheadRounds, say } = settings
  const values = createValues(seed, 1, entryBytes)
  const kinds = await createKinds()
  say(`failpoints and metrics, ${overheadRounds} rounds ...`)
  const onDisk = kinds.map(({ name, options }) => ({
    name,
    ...openHoldfast(`${directory}/overhead-${name.replaceAll(' ', '-')}`, settings, options),
  }))
  const diskSamples = await interleave(onDisk, overheadRounds, (log) => log.commit(values))
  for (const log of onDisk) log.close()
  const memorySamples = await measureInMemory(kinds, values, Math.ceil(overheadRounds / 5))
  return {
    onDisk: compare(kinds, diskSamples, 1),
    inMemory: compare(kinds, memorySamples, commitsPerMemorySample),
  }
}

async function createKinds() {
  const kinds = [
    { name: 'plain', options: {} },
    { name: 'plain again', options: {} },
    { name: 'failpoints disarmed', options: { failpoints: new FailpointRegistry({ seed: 1 }) } },
  ]
  try {
    const { Registry } = await import('prom-client')
    const { createMetrics } = await import('../../../dist/src/metrics/index.js')
    kinds.push({ name: 'metrics', options: { observer: createMetrics({ registry: new Registry() }) } })
  } catch (error) {
    kinds.absent = String(error.message).split('\n')[0]
  }
  return kinds
}

async function measureInMemory(kinds, values, rounds) {
  const logs = kinds.map(({ options }) => new MemoryLog(options))
  const samples = await interleave(logs, rounds, (log) => {
    for (let count = 0; count < commitsPerMemorySample; count++)
      log.commit([
        { kind: 'append', entries: values },
        { kind: 'trim', upTo: Math.max(0, log.nextIndex - 100) },
      ])
  })
  for (const log of logs) log.close()
  return samples
}

/** Microseconds a commit; the differences are to the first kind, sample beside sample. */
function compare(kinds, samples, commitsPerSample) {
  const usPerCommit = samples.map((list) => list.map((durationMs) => (durationMs * 1000) / commitsPerSample))
  return kinds.map(({ name }, position) => {
    const { p50, p99, rounds } = summarize(usPerCommit[position])
    const differenceUs = pairedDifference(usPerCommit[position], usPerCommit[0])
    return { name, rounds, p50Us: p50, p99Us: p99, differenceUs }
  })
}
