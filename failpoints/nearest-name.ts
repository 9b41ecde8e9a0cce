/**
 * The one of `names` that `name` was most likely meant to be: the fewest letters inserted, removed, replaced or
 * swapped with their neighbour. Undefined when half of the letters or more would have to change.
 * Of two that are equally near, the first.
 */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  let nearest: string | undefined
  let nearestShare = 0.5
  for (const candidate of names) {
    const length = Math.max(name.length, candidate.length)
    // Every letter of difference in length is an edit: no need to measure names that are far apart.
    if (Math.abs(name.length - candidate.length) >= nearestShare * length) continue
    const share = editDistance(name, candidate) / length
    if (share < nearestShare) {
      nearest = candidate
      nearestShare = share
    }
  }
  return nearest
}

/** Optimal string alignment distance, with three rows of the table. */
function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1]
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current[column] = Math.min(
        cell(previous, column) + 1,
        cell(current, column - 1) + 1,
        cell(previous, column - 1) + (isSame ? 0 : 1),
        isSwapped ? cell(beforePrevious, column - 2) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    beforePrevious = previous
    previous = current
  }
  return cell(previous, to.length)
}

/** Outside of the table nothing is near. */
function cell(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
