/** What recoveries there were in a run, by the files that they change, and which of them lost the power once more. */
export class RecoveryKinds {
  readonly #times = new Map<string, number>()
  readonly #interrupted = new Set<string>()

  /** How many kinds there were. */
  get count(): number {
    return this.#times.size
  }

  /** Of which so many were interrupted. */
  get interruptedCount(): number {
    return [...this.#times.values()].filter((times) => times > 0).length
  }

  see(kind: string): void {
    if (!this.#times.has(kind)) this.#times.set(kind, 0)
  }

  /** How often a recovery of this kind was interrupted. */
  timesOf(kind: string): number {
    return this.#times.get(kind) ?? 0
  }

  wasInterrupted(hash: string): boolean {
    return this.#interrupted.has(hash)
  }

  interrupt(hash: string, kind: string): void {
    this.#times.set(kind, this.timesOf(kind) + 1)
    this.#interrupted.add(hash)
  }
}
