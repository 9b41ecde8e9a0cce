/** When no more is tried to make a failure shorter, and what is said of that. */

/** How long one failure is shrunk when nothing is said, in milliseconds. */
export const shrinkMsDefault = 20_000

export interface ShrinkLimitOptions {
  /** In milliseconds. */
  readonly msMax: number
  /** In the time that is given when nothing is said, and in each second of a longer one. */
  readonly attemptsLeast: number
  readonly attemptsOfSecond: number
  /** In milliseconds, from any moment on. Default: that of the machine. */
  readonly now?: (() => number) | undefined
}

export class ShrinkLimit {
  readonly #msMax: number
  readonly #attemptsMax: number
  readonly #now: () => number
  readonly #startedAt: number
  #stoppedAfter: string | undefined
  attempts = 0

  constructor({ msMax, attemptsLeast, attemptsOfSecond, now = () => performance.now() }: ShrinkLimitOptions) {
    this.#msMax = msMax
    this.#attemptsMax = Math.max(attemptsLeast, Math.ceil((msMax / 1_000) * attemptsOfSecond))
    this.#now = now
    this.#startedAt = now()
  }

  /** Asked when there is something to try: what is not tried for that is told. */
  isOver(): boolean {
    if (this.#now() - this.#startedAt >= this.#msMax) this.#stoppedAfter ??= inWords(this.#msMax)
    else if (this.attempts >= this.#attemptsMax) this.#stoppedAfter ??= `${this.attempts} tries`
    return this.#stoppedAfter !== undefined
  }

  /** Why it was not looked further, when there was more to try. `found`: as far as it had come, as "at 3 calls". */
  stopped(found: string): string | undefined {
    if (this.#stoppedAfter === undefined) return undefined
    const more = formatDuration(Math.max(1_000, this.#msMax * 6))
    return `shrinking stopped after ${this.#stoppedAfter} ${found}; --shrink-time ${more} looks further`
  }
}

/** Fits into {@link ShrinkLimit.stopped}. */
export function atCalls(count: number): string {
  return count === 1 ? 'at 1 call' : `at ${count} calls`
}

function inWords(ms: number): string {
  return ms % 60_000 === 0 && ms > 0 ? `${ms / 60_000} min` : `${ms / 1_000} s`
}

/** As the command line takes it. */
function formatDuration(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`
}
