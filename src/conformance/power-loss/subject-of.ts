import type { LogAdapter } from '../adapter.ts'
import { raftSubject } from '../kill-raft/power-loss/raft-subject.ts'
import { logSubject } from './log-subject.ts'
import type { Subject } from './subject.ts'

/** What the power is taken from: Raft storage as it is, and all else by the log that it is, or has. */
export function subjectOf(adapterUrl: string, adapter: LogAdapter): Subject {
  return (adapter.kind === 'raft' ? raftSubject : logSubject)(adapterUrl, adapter)
}
