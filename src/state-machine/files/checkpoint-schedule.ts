/** When a checkpoint is due. Runs one at a time, beside everything else. */

export interface CheckpointThresholds {
  /** Entries since the last checkpoint. */
  readonly entries: number
  /** How long the oldest entry since the last checkpoint may wait for one. */
  readonly ageMs: number
  /** Bytes of log, for each byte of the last checkpoint, before either of the two counts. */
  readonly ratio: number
}

/** How much was written since the last checkpoint. */
export interface WrittenSince {
  readonly entries: number
  /** Of log. */
  readonly bytes: number
  /** Size of the last checkpoint; 0 when there is none. */
  readonly checkpointBytes: number
}

export class CheckpointSchedule {
  readonly #thresholds: CheckpointThresholds
  readonly #written: () => WrittenSince
  readonly #run: () => Promise<void>
  #running: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #isOld = false
  #isEnded = false

  /** `run` tells of its failures itself: unless somebody waits for it, what it throws is ignored here. */
  constructor(thresholds: CheckpointThresholds, written: () => WrittenSince, run: () => Promise<void>) {
    this.#thresholds = thresholds
    this.#written = written
    this.#run = run
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /** Begins a checkpoint if one is due. To be called after each write. */
  note(): void {
    const written = this.#written()
    if (this.#isEnded || this.#running !== undefined || written.entries === 0) return
    if (this.#isDue(written)) this.start().catch(() => undefined)
    else this.#timer ??= this.#startTimer()
  }

  /** Begins a checkpoint, or joins the one at work. */
  start(): Promise<void> {
    this.#stopTimer()
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
      // What was written meanwhile may be enough for the next one, or is to grow old.
      this.note()
    })
    return this.#running
  }

  /** Resolves when none is at work. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running.catch(() => undefined)
  }

  end(): void {
    this.#isEnded = true
    this.#stopTimer()
  }

  #isDue({ entries, bytes, checkpointBytes }: WrittenSince): boolean {
    const isMany = entries >= this.#thresholds.entries || this.#isOld
    return isMany && bytes >= checkpointBytes * this.#thresholds.ratio
  }

  #startTimer(): NodeJS.Timeout | undefined {
    if (!Number.isFinite(this.#thresholds.ageMs)) return undefined
    const age = (): void => {
      this.#isOld = true
      this.note()
    }
    return setTimeout(age, this.#thresholds.ageMs).unref()
  }

  #stopTimer(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#isOld = false
  }
}
