import type { LogAdapter } from '../adapter.ts'
import { raftFaultModel } from '../kill-raft/fault/raft-fault-model.ts'
import { subjectOf as powerLossSubjectOf } from '../power-loss/subject-of.ts'
import { FaultHistory } from './fault-history.ts'
import { type FaultSubject, judgedHistory } from './fault-subject.ts'
import { logFaultModel } from './log-fault-model.ts'

const childOfLogs = new URL('./child.js', import.meta.url)
const childOfRaft = new URL('../kill-raft/fault/child.js', import.meta.url)

/** What the calls fail of: Raft storage as it is, and all else by the log that it is, or has. */
export function subjectOf(adapterUrl: string, adapter: LogAdapter): FaultSubject {
  const { capabilities, kind } = adapter
  const common = { ...powerLossSubjectOf(adapterUrl, adapter), adapterUrl, adapter }
  if (kind === 'raft') {
    const createHistory = () => judgedHistory(new FaultHistory(raftFaultModel(capabilities)))
    return { ...common, child: childOfRaft, createHistory }
  }
  const createHistory = () => judgedHistory(new FaultHistory(logFaultModel(capabilities)))
  return { ...common, child: childOfLogs, createHistory }
}
