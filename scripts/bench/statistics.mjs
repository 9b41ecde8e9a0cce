// Pure: what many samples say.

/** The value that the share `quantile` of `samples` does not exceed (nearest rank). */
export function quantileOf(samples, quantile) {
  if (samples.length === 0) throw new Error('No samples have no quantile')
  const sorted = Float64Array.from(samples).sort()
  const rank = Math.ceil(sorted.length * quantile)
  return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1]
}

/** Median, 99th percentile and number of `samples`. */
export function summarize(samples) {
  return { p50: quantileOf(samples, 0.5), p99: quantileOf(samples, 0.99), rounds: samples.length }
}

/**
 * The median of what each sample is to the one that was taken beside it: it forgives a disk that is slow for a while, which
 * the ratio of two medians does not.
 */
export function pairedRatio(samples, beside) {
  return quantileOf(
    samples.map((sample, round) => sample / beside[round]),
    0.5,
  )
}

/** The median of how much each sample is above the one that was taken beside it. */
export function pairedDifference(samples, beside) {
  return quantileOf(
    samples.map((sample, round) => sample - beside[round]),
    0.5,
  )
}

/**
 * The positions 0 to `count` - 1 in an order that `random` gives. Only to begin with another one each round would not do: a
 * contender would always find the disk as the same neighbour leaves it.
 */
export function turnOrder(count, random) {
  const order = Array.from({ length: count }, (_, position) => position)
  for (let last = count - 1; last > 0; last--) {
    const taken = random() % (last + 1)
    ;[order[last], order[taken]] = [order[taken], order[last]]
  }
  return order
}
