import type { LogAdapter } from '../adapter.ts'
import { raftRotSubject } from '../kill-raft/rot/raft-rot-subject.ts'
import { logRotSubject } from './log-rot-subject.ts'
import type { RotSubject } from './rot-subject.ts'

/** What is damaged: Raft storage as it is, and all else by the log that it is, or has. */
export function subjectOf(adapter: LogAdapter): RotSubject {
  return (adapter.kind === 'raft' ? raftRotSubject : logRotSubject)(adapter)
}
