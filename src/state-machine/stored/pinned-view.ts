/** A view of one moment that ends by itself when it is too old: a forgotten one would keep for ever what was removed since. */
import { SnapshotError } from '../../errors.ts'
import type { AppliedState } from '../core/values.ts'
import type { PinnedState } from '../medium.ts'
import type { ReadValue, ScanOptions, ScanResult, StateView } from '../state-machine.ts'
import { readValue, scanState } from './reads.ts'

export class PinnedView implements StateView {
  readonly at: AppliedState
  readonly #pin: PinnedState
  readonly #timer: NodeJS.Timeout
  readonly #onRelease: () => void
  #isReleased = false

  constructor(pin: PinnedState, ageMaxMs: number, onRelease: () => void) {
    this.at = pin.head.applied
    this.#pin = pin
    this.#onRelease = onRelease
    this.#timer = setTimeout(() => this.release(), ageMaxMs)
    this.#timer.unref()
  }

  get(key: Uint8Array): ReadValue | undefined {
    return readValue(this.#pinned('get'), key)
  }

  scan(options: ScanOptions): ScanResult {
    return scanState(this.#pinned('scan'), options)
  }

  release(): void {
    if (this.#isReleased) return
    this.#isReleased = true
    clearTimeout(this.#timer)
    this.#pin.release()
    this.#onRelease()
  }

  [Symbol.dispose](): void {
    this.release()
  }

  #pinned(operation: string): PinnedState {
    if (!this.#isReleased) return this.#pin
    const message = `Cannot ${operation}: the view of index ${this.at.index} was released, or has become too old; take another`
    throw new SnapshotError({ snapshot: undefined, kind: 'closed' }, message)
  }
}
