/** How far each suite of a run is, one after the other. */
import type { RunProgress, SuiteName } from '../conformance/index.ts'
import { type Progress, startProgress } from './progress.ts'

/** A suite of many quick steps is worth so many lines. */
const stepsMany = 500
const linesMax = 20

export class ProgressOfSuites {
  #suite: SuiteName | undefined
  #progress: Progress | undefined
  #told = 0

  update({ suite, done, planned, note, isOver }: RunProgress): void {
    if (suite !== this.#suite) {
      this.stop()
      this.#suite = suite
      this.#progress = startProgress(suite, planned)
      this.#told = 0
    }
    const isDue = planned < stepsMany || done >= planned || done >= this.#told + planned / linesMax
    if (isDue && !isOver) {
      this.#told = done
      this.#progress?.update(done, planned, note)
    }
    if (isOver) this.stop()
  }

  stop(): void {
    this.#progress?.stop()
    this.#progress = undefined
    this.#suite = undefined
  }
}
