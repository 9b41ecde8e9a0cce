/** A state in memory that is durable when it is synced, and not before: given up, it is what it was then. */
import type { StateMachineAdapter } from '../../../src/conformance/state-machine/index.ts'
import type { AppliedState, Row, StateHead } from '../../../src/state-machine/core/values.ts'
import { onMemory } from '../../state-machine/adapters.ts'
import { MemoryStateMedium } from '../../state-machine/memory-state-medium.ts'

export class LossyMedium extends MemoryStateMedium {
  #synced: { readonly head: StateHead; readonly rows: Map<string, Row> } | undefined

  override get durable(): AppliedState {
    return this.#synced?.head.applied ?? super.durable
  }

  override recover(...parameters: Parameters<MemoryStateMedium['recover']>) {
    const found = super.recover(...parameters)
    this.sync()
    return found
  }

  override sync(): void {
    this.#synced = { head: this.disk.head, rows: new Map(this.disk.rows) }
  }

  override checkpoint(): void {
    this.sync()
  }

  override close(): void {
    this.sync()
    super.close()
  }

  override abandon(): void {
    if (this.#synced !== undefined) {
      this.disk.head = this.#synced.head
      this.disk.rows = this.#synced.rows
      this.#synced = undefined
    }
    super.abandon()
  }

  protected override replace(head: StateHead, rows: Map<string, Row>): void {
    super.replace(head, rows)
    this.sync()
  }
}

/** Its flush is told, and not done. */
class FlushesNothing extends LossyMedium {
  #asked: AppliedState | undefined

  override get durable(): AppliedState {
    const durable = super.durable
    return this.#asked !== undefined && this.#asked.index > durable.index ? this.#asked : durable
  }

  override sync(): void {
    if (this.#asked === undefined && this.disk.head.applied.index === 0) super.sync()
    this.#asked = this.disk.head.applied
  }
}

const lossy = (Medium: typeof LossyMedium): StateMachineAdapter => ({
  ...onMemory(Medium),
  name: 'the state machine that syncs when it is told',
  isAlwaysDurable: false,
})

export const createLossyAdapter = (): StateMachineAdapter => lossy(LossyMedium)
export const createUnflushedAdapter = (): StateMachineAdapter => lossy(FlushesNothing)
