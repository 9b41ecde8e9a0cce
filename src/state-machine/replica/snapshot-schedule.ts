/** When a replica is due to take a snapshot. */

/** Time, for a replica. */
export interface ReplicaClock {
  /** Calls `run` after `ms` milliseconds, unless what is returned is called before. Keeps no process alive. */
  after(ms: number, run: () => void): () => void
}

export const systemClock: ReplicaClock = {
  after: (ms, run) => {
    const timer = setTimeout(run, ms).unref()
    return () => clearTimeout(timer)
  },
}

/** A snapshot is taken when any of these is reached; `Infinity` switches one off. */
export interface SnapshotPolicy {
  /** Entries since the last one. Default 10,000. */
  readonly entries?: number | undefined
  /** Bytes of commands since the last one. Default 64 MiB. */
  readonly bytes?: number | undefined
  /** How long the oldest entry since the last one waits, in milliseconds. Default `Infinity`. */
  readonly ageMs?: number | undefined
  /** Default `stream`. */
  readonly kind?: 'native' | 'stream' | undefined
}

const defaults = { entries: 10_000, bytes: 64 * 1024 * 1024, ageMs: Number.POSITIVE_INFINITY }

export class SnapshotSchedule {
  readonly #policy: Required<{ readonly [K in 'entries' | 'bytes' | 'ageMs']: number }>
  readonly #clock: ReplicaClock
  readonly #onDue: () => void
  #entries = 0
  #bytes = 0
  #cancel: (() => void) | undefined

  constructor(policy: SnapshotPolicy, clock: ReplicaClock, onDue: () => void) {
    const { entries, bytes, ageMs } = defaults
    this.#policy = {
      entries: policy.entries ?? entries,
      bytes: policy.bytes ?? bytes,
      ageMs: policy.ageMs ?? ageMs,
    }
    this.#clock = clock
    this.#onDue = onDue
  }

  /** Entries were applied. */
  note(entries: number, bytes: number): void {
    this.#entries += entries
    this.#bytes += bytes
    if (this.#entries === 0) return
    if (this.#entries >= this.#policy.entries || this.#bytes >= this.#policy.bytes) this.#onDue()
    else if (Number.isFinite(this.#policy.ageMs))
      this.#cancel ??= this.#clock.after(this.#policy.ageMs, this.#onDue)
  }

  /** A snapshot is begun: it has everything that was noted. */
  restart(): void {
    this.#entries = 0
    this.#bytes = 0
    this.end()
  }

  end(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }
}
