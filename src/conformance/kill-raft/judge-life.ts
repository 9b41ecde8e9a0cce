/** Judges what a killed process has left of Raft storage. */
import { nameAndMessageOf } from '../../message-of.ts'
import { throwIfAdapters } from '../kill/cannot-run.ts'
import type { ChildLife } from '../kill/child-process.ts'
import type { JudgedPlace } from '../kill/judge-life.ts'
import { lifeDefects } from '../kill/life-defects.ts'
import type { RaftHistoryOperation } from './history.ts'
import type { RaftState } from './model.ts'
import { judgeRaft, type RaftRecovered, type RaftVerdict } from './oracle.ts'
import { readRecovered } from './perform.ts'

export interface JudgedRaft extends RaftVerdict {
  /** What came back. `undefined`: it could not be read. */
  readonly state: RaftState | undefined
}

/** Reads what the process left in `directory`, and judges it. @throws {AdapterError} the adapter cannot be run */
export async function judgeRaftLife(
  { adapter, directory }: JudgedPlace,
  start: RaftState,
  life: ChildLife<RaftHistoryOperation>,
): Promise<JudgedRaft> {
  const defects = lifeDefects(life)
  let recovered: RaftRecovered | undefined
  try {
    recovered = await readRecovered(adapter, directory)
  } catch (error) {
    throwIfAdapters(error)
    defects.push({
      rule: 'unusable',
      text: `The storage cannot be recovered after the kill: ${nameAndMessageOf(error)}`,
    })
  }
  const { findings, survivor } = judgeRaft(start, life.issued, recovered, adapter.capabilities)
  // What a call did is told before what it led to.
  return { findings: [...findings, ...defects], survivor, state: recovered?.state }
}
