// Pure: the soak's lines, and whether the data file has stopped growing.

/** More than this in the second half of a run is growth, */
const growthMax = 1.1
/** where the file is also larger than so many times the most that was live: up to that, a fuller log or a worse fit explains it. */
const roomMax = 1.75

const columns = [
  ['appended', 10, ({ appended }) => String(appended)],
  ['file MiB', 9, ({ sizeBytes }) => mebibytes(sizeBytes)],
  ['used MiB', 9, ({ usedBytes }) => mebibytes(usedBytes)],
  ['live MiB', 9, ({ liveBytes }) => mebibytes(liveBytes)],
  ['entries', 8, ({ entries }) => String(entries)],
  ['reclaimable', 12, ({ reclaimableEntries }) => String(reclaimableEntries)],
  ['readers', 8, ({ openReadTransactions }) => String(openReadTransactions)],
  ['entries/s', 10, ({ perSecond }) => perSecond.toFixed(0)],
]

export const progressHead = `${columns.map(([name, width]) => name.padStart(width)).join('')}  failed  reopens`

export function progressLine(sample, { injected, refused, reopens }) {
  const cells = columns.map(([, width, show]) => show(sample).padStart(width)).join('')
  return `${cells}${String(injected + refused).padStart(8)}${String(reopens).padStart(9)}`
}

export function summaryLines(tally) {
  return [
    `${tally.steps} steps: ${tally.commits} commits with ${tally.appended} entries, ${tally.deferred} deferred operations, ` +
      `${tally.truncations} truncations, ${tally.reclaimed} entries reclaimed by hand`,
    `${tally.injected} commits failed in or before their transaction, ${tally.refused} refused, ${tally.reopens} reopens, ` +
      `${tally.checks} checks of everything`,
  ]
}

/** Whether the file has stopped growing, or is not larger than a log that was once so full needs. */
export function isFlat(samples) {
  return growthOf(samples) <= growthMax || roomOf(samples) <= roomMax
}

export function describeGrowth(samples) {
  const { sizeBytes } = samples.at(-1)
  return (
    `The file grew by ${((growthOf(samples) - 1) * 100).toFixed(1)} % in the second half, to ${mebibytes(sizeBytes)} MiB: ` +
    `${roomOf(samples).toFixed(2)} times the most that was live (${mebibytes(mostLive(samples))} MiB)`
  )
}

function growthOf(samples) {
  const middle = samples[Math.floor((samples.length - 1) / 2)]
  return samples.at(-1).sizeBytes / middle.sizeBytes
}

/** How many times the most that was live the file holds. */
function roomOf(samples) {
  return samples.at(-1).sizeBytes / mostLive(samples)
}

function mostLive(samples) {
  return Math.max(...samples.map(({ liveBytes }) => liveBytes))
}

function mebibytes(bytes) {
  return (bytes / 2 ** 20).toFixed(1)
}
