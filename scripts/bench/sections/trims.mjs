// A trim of everything a long log holds, as a commit and deferred, and the commits before and after it. An O_DSYNC write
// between every two commits shows what the disk itself did in the meantime.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { openLmdbLog } from '../../../dist/src/index.js'
import { calm } from '../calm.mjs'
import { openFloor } from '../contenders/floor.mjs'
import { createValues } from '../random.mjs'
import { quantileOf, summarize } from '../statistics.mjs'

/** Needs the long log that the section on opening left. */
export async function measureTrims(settings) {
  const { trimRepeats, longLogEntries, commitsAroundTrim, say } = settings
  say(`trimming ${longLogEntries} entries, ${trimRepeats} times each way ...`)
  const kinds = []
  for (const verb of ['commit', 'defer']) {
    // What gives trimmed entries back runs here for the first time, and a server's has long been compiled.
    await trimOnce(settings, verb, 'warm-up')
    const repeats = []
    for (let repeat = 0; repeat < trimRepeats; repeat++) repeats.push(await trimOnce(settings, verb, repeat))
    const ratios = repeats.map(({ before, after }) => after.p99Ms / before.p99Ms)
    kinds.push({
      verb,
      trimMs: repeats.map(({ trimMs }) => trimMs),
      trimMedianMs: quantileOf(
        repeats.map(({ trimMs }) => trimMs),
        0.5,
      ),
      repeats,
      p99Ratio: quantileOf(ratios, 0.5),
    })
  }
  return { entries: longLogEntries, commits: commitsAroundTrim, kinds }
}

async function trimOnce(settings, verb, repeat) {
  const home = `${settings.directory}/trim-${verb}-${repeat}`
  mkdirSync(`${home}/log`, { recursive: true })
  copyFileSync(`${settings.directory}/long/data.mdb`, `${home}/log/data.mdb`)
  const log = openLmdbLog(`${home}/log`)
  const floor = openFloor(`${home}/floor`)
  const values = createValues(settings.seed, 1, settings.entryBytes)
  // The files of the one before it were just removed.
  if (!settings.isQuick) await calm()
  try {
    timeCommits(log, floor, values, 200)
    const before = timeCommits(log, floor, values, settings.commitsAroundTrim)
    const startedAt = performance.now()
    log[verb]([{ kind: 'trim', upTo: settings.longLogEntries }])
    const trimMs = performance.now() - startedAt
    const after = timeCommits(log, floor, values, settings.commitsAroundTrim)
    return { trimMs, before, after, reclaimableAfter: log.stats().reclaimableEntries }
  } finally {
    log.close()
    floor.close()
    rmSync(home, { recursive: true, force: true })
  }
}

function timeCommits(log, floor, values, count) {
  const commits = []
  const writes = []
  for (let round = 0; round < count; round++) {
    const startedAt = performance.now()
    log.commit([{ kind: 'append', entries: values }])
    const committedAt = performance.now()
    floor.commit(values)
    commits.push(committedAt - startedAt)
    writes.push(performance.now() - committedAt)
  }
  const ours = summarize(commits)
  const disk = summarize(writes)
  return { p50Ms: ours.p50, p99Ms: ours.p99, floorP50Ms: disk.p50, floorP99Ms: disk.p99 }
}
