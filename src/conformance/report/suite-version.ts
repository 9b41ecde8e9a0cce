/**
 * The version of the suites, which is not that of the package: a patch mends messages or the harness, a minor brings cases, a
 * major changes a rule.
 */
export const suiteVersion = '1.2.0'

/** Whether a case of version `since` is newer than the suites that a run is pinned to: `1`, `1.2` or `1.2.3`. */
export function isNewerThan(since: string, pinned: string): boolean {
  const [given, limit] = [numbersOf(since), numbersOf(pinned)]
  // What the pin leaves out is free: 1.2 is every 1.2.x.
  const at = limit.findIndex((number, position) => (given[position] ?? 0) !== number)
  return at >= 0 && (given[at] ?? 0) > (limit[at] ?? 0)
}

function numbersOf(version: string): number[] {
  return version.split('.').map(Number)
}
