/** Judges what a killed process has left of a state machine. */
import { dirname, join } from 'node:path'
import { nameAndMessageOf } from '../../../message-of.ts'
import { throwIfAdapters } from '../../kill/cannot-run.ts'
import type { ChildLife } from '../../kill/child-process.ts'
import { lifeDefects } from '../../kill/life-defects.ts'
import type { StateMachineAdapter } from '../adapter.ts'
import type { StateOperation } from './history.ts'
import type { StateLog } from './log.ts'
import { judgeState, type RecoveredState, type Start, type StateVerdict } from './oracle.ts'
import { readRecovered } from './recovered.ts'

export interface JudgedPlace {
  readonly adapter: StateMachineAdapter
  /** Of the state machine. A replica that has nothing is made beside it. */
  readonly directory: string
  readonly log: StateLog
}

export interface JudgedState extends StateVerdict {
  /** What came back. `undefined`: it could not be read. */
  readonly recovered: RecoveredState | undefined
}

export async function judgeStateLife(
  { adapter, directory, log }: JudgedPlace,
  start: Start,
  life: ChildLife<StateOperation>,
): Promise<JudgedState> {
  const defects = lifeDefects(life)
  let recovered: RecoveredState | undefined
  try {
    const fresh = join(dirname(directory), 'fresh')
    recovered = await readRecovered(adapter, { node: directory, fresh })
  } catch (error) {
    throwIfAdapters(error)
    defects.push({
      rule: 'unusable',
      text: `The state machine cannot be recovered after the kill: ${nameAndMessageOf(error)}`,
    })
  }
  const { findings, handedIn } = judgeState(log, start, life.issued, recovered)
  // What a call did is told before what it led to.
  return { findings: [...findings, ...defects], handedIn, recovered }
}
