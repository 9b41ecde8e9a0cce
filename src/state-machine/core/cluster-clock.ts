/**
 * The leader's clock: what it stamps entries with. It goes on from the last clock in the log, by this machine's monotonic time
 * since it became leader. So no wall clock is in it; it stands still while there is no leader, and a time to live is a lower bound.
 */
import { checkIndex } from '../../arguments.ts'
import { InvalidArgumentError } from '../../errors.ts'
import { clockMax } from './limits.ts'

export class ClusterClock {
  readonly #monotonicMs: () => number
  #leading: { readonly clock: number; readonly since: number } | undefined

  /** @param monotonicMs  milliseconds that only grow. Default: `performance.now` */
  constructor(monotonicMs: () => number = () => performance.now()) {
    this.#monotonicMs = monotonicMs
  }

  get isLeading(): boolean {
    return this.#leading !== undefined
  }

  /** Begins to go. @param lastClock  the greatest time in the log: at least the applied clock */
  becomeLeader(lastClock: number): void {
    checkIndex('lastClock', lastClock)
    this.#leading = { clock: lastClock, since: this.#monotonicMs() }
  }

  /**
   * The time for the next entry.
   * @throws {InvalidArgumentError} this node does not lead: nobody else may stamp entries
   */
  now(): number {
    if (this.#leading === undefined) {
      throw new InvalidArgumentError(
        'now',
        'Cannot tell the time of the cluster: this node does not lead; call becomeLeader first',
      )
    }
    const elapsedMs = Math.max(this.#monotonicMs() - this.#leading.since, 0)
    return Math.min(this.#leading.clock + Math.floor(elapsedMs), clockMax)
  }

  stepDown(): void {
    this.#leading = undefined
  }
}
