/** What a history of a state machine calls, and what the model knows of where it is. */
import type { StateOperation } from '../../state-machine/kill/history.ts'
import type { Start } from '../../state-machine/kill/oracle.ts'
import type { ReopenStep } from '../subject.ts'
import type { ChunkDefect } from './refused-chunks.ts'

/** A chunk that has to be refused, right after what is applied. */
export interface RefuseStep {
  readonly kind: 'refuse'
  readonly defect: ChunkDefect
}

export type StateCall = Exclude<StateOperation, ReopenStep> | RefuseStep

/** How far the log was applied, and the last of it that was ever handed in: what the oracle of the kill suite knows of a state. */
export type MachinePlace = Start
