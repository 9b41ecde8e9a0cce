/** What a state machine says of its snapshots: each is of a place that the log leads to. */
import type { StateMachine } from '../../../state-machine/index.ts'
import type { Finding } from '../../finding.ts'
import type { MachinePlace } from './call.ts'
import { said } from './differences.ts'
import type { HistoryLog } from './history-log.ts'

export interface SnapshotsLook {
  readonly place: MachinePlace
  readonly log: HistoryLog
  /** The beginning of a sentence. */
  readonly when: string
}

/** @throws whatever the state machine throws */
export async function findInSnapshots(
  machine: StateMachine,
  { place, log, when }: SnapshotsLook,
): Promise<Finding | undefined> {
  const listed = await machine.listSnapshots()
  const beyond = listed.find(({ applied }) => applied.index > place.handedIn)
  if (beyond !== undefined) {
    const text = `${when} it lists a snapshot of ${beyond.applied.index}, and nothing beyond ${place.handedIn} was handed in`
    return { rule: 'came-back', text }
  }
  for (const { applied } of listed) {
    const { view, chain } = log.at(applied.index)
    const [found, wanted] = [
      [applied.term, applied.clock, applied.chain],
      [view.term, view.clock, chain],
    ].map(said)
    if (found === wanted) continue
    const text = `${when} term, clock and chain of the snapshot of ${applied.index} are ${found}, and should be ${wanted}`
    return { rule: 'partial', text }
  }
  return await currentOf(machine, listed[0]?.id, when)
}

async function currentOf(
  machine: StateMachine,
  newest: string | undefined,
  when: string,
): Promise<Finding | undefined> {
  const current = (await machine.currentSnapshot())?.id
  if (current === newest) return undefined
  const text = `${when} the current snapshot is ${current ?? 'none'}, and the newest that is listed ${newest ?? 'none'}`
  return { rule: 'outcome', text }
}
