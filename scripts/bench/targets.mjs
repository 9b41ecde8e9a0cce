// Pure: what was promised, and whether the figures keep it.

const commitRatioMax = 1.15
const openRatioMax = 1.5
const trimMsMax = 5
const trimP99RatioMax = 2

export function judge({ commits, opens, trims, overheads }) {
  return [
    ...commits.map(judgeCommits),
    {
      target: `open of ${opens.long.entries} entries within ${openRatioMax} times one of ${opens.short.entries}`,
      measured: `${opens.ratio.toFixed(2)} times`,
      isMet: opens.ratio <= openRatioMax,
    },
    ...trims.kinds.flatMap((kind) => judgeTrim(trims, kind)),
    judgeFailpoints(overheads.onDisk),
  ]
}

function judgeCommits({ batch, times }) {
  const { toLmdb, toLmdbPaired } = times.find(({ name }) => name === 'holdfast')
  return {
    target: `commit of ${batch} within ${commitRatioMax} times raw lmdb`,
    measured: `${toLmdb.toFixed(2)} times (${toLmdbPaired.toFixed(2)} round by round)`,
    isMet: toLmdb <= commitRatioMax,
  }
}

function judgeTrim({ entries, commits }, { verb, trimMedianMs, p99Ratio }) {
  return [
    {
      target: `${verb} of a trim of ${entries} entries under ${trimMsMax} ms`,
      measured: `${trimMedianMs.toFixed(3)} ms`,
      isMet: trimMedianMs < trimMsMax,
    },
    {
      target: `p99 of the ${commits} commits after it within ${trimP99RatioMax} times that before`,
      measured: `${p99Ratio.toFixed(2)} times`,
      isMet: p99Ratio <= trimP99RatioMax,
    },
  ]
}

/** Not measurable: no further from a plain log than a hundredth of an append, or than another plain log is. */
function judgeFailpoints(kinds) {
  const find = (wanted) => kinds.find(({ name }) => name === wanted)
  const differenceUs = find('failpoints disarmed').differenceUs
  const noiseUs = Math.max(Math.abs(find('plain again').differenceUs), find('plain').p50Us / 100)
  return {
    target: 'a disarmed failpoint is not measurable in an append',
    measured: `${differenceUs.toFixed(1)} µs of ${find('plain').p50Us.toFixed(0)}, noise ${noiseUs.toFixed(1)}`,
    isMet: differenceUs <= noiseUs,
  }
}
