/** What is counted of one operation: writes, and failures by class and reason. */
import { type FailureReason, failureReasons } from '../errors.ts'
import type { WriteClass } from '../observer.ts'

export type FailureCounts = Record<FailureReason, number>

/** Every reason, at 0. */
export function noFailures(): FailureCounts {
  return Object.fromEntries(failureReasons.map((reason) => [reason, 0])) as FailureCounts
}

export class OperationTally {
  writes = 0
  /** Each class that was seen or is expected, with every reason. */
  readonly failures: Map<WriteClass, FailureCounts> = new Map()

  constructor(classes: readonly WriteClass[] = []) {
    for (const writeClass of classes) this.expect(writeClass)
  }

  /** Makes every reason of `writeClass` present. Returns their counts. */
  expect(writeClass: WriteClass): FailureCounts {
    const known = this.failures.get(writeClass)
    if (known !== undefined) return known
    const counts = noFailures()
    this.failures.set(writeClass, counts)
    return counts
  }

  /** A reason that is not in the closed list, as another store might give, counts as `other`. */
  countFailure(writeClass: WriteClass, reason: FailureReason): void {
    const counts = this.expect(writeClass)
    counts[Object.hasOwn(counts, reason) ? reason : 'other'] += 1
  }
}
