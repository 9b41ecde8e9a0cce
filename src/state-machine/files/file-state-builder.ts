/** A whole new state: put together in memory, written as a checkpoint, and taken over by one switch of CURRENT. */
import { strict as assert } from 'node:assert'
import { TimeSlice } from '../../time-slice.ts'
import type { Row, StateHead } from '../core/values.ts'
import type { StateBuilder } from '../medium.ts'
import type { CheckpointFile } from './current-file.ts'
import { MapState } from './map-state.ts'

/** What the medium does for it. */
export interface BuildSteps {
  /** Makes a checkpoint of the state, durable under its name. */
  readonly write: (state: MapState) => Promise<CheckpointFile>
  readonly publish: (state: MapState, checkpoint: CheckpointFile) => Promise<void>
  /** Removes the checkpoint, unless it may be what CURRENT names. */
  readonly discard: () => void
}

export class FileStateBuilder implements StateBuilder {
  readonly #state = new MapState()
  readonly #steps: BuildSteps
  readonly #slice = new TimeSlice()
  #checkpoint: CheckpointFile | undefined
  #isPublished = false

  constructor(steps: BuildSteps) {
    this.#steps = steps
  }

  async add(rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      this.#state.put(row)
      if (this.#slice.isOver) await this.#slice.next()
    }
  }

  async finish(head: StateHead): Promise<void> {
    this.#state.setHead(head)
    this.#checkpoint = await this.#steps.write(this.#state)
  }

  async publish(): Promise<void> {
    const checkpoint = this.#checkpoint
    assert(checkpoint !== undefined, 'a state is published before it is finished')
    await this.#steps.publish(this.#state, checkpoint)
    this.#isPublished = true
  }

  discard(): void {
    if (!this.#isPublished) this.#steps.discard()
  }
}
