/** What the fault suite lets fail: a log, or anything else that has a model, a process that writes it, and one that reads it. */
import type { LogAdapter } from '../adapter.ts'
import type { Finding } from '../finding.ts'
import type { WorkloadLine } from '../power-loss/event.ts'
import type { Issued, Subject } from '../power-loss/subject.ts'
import type { FaultEnding, FaultHistory } from './fault-history.ts'
import type { NamedOperation } from './fault-model.ts'

/** A {@link FaultHistory}, whatever its calls are. */
export interface JudgedHistory {
  readonly issued: Issued
  readonly ending: FaultEnding
  readonly findings: readonly Finding[]
  take(line: WorkloadLine<unknown>): void
  endProcess(): void
  verdictNow(): (recovered: unknown) => readonly Finding[]
}

/** What the power is taken from can fail as well. */
export interface FaultSubject
  extends Pick<Subject, 'checker' | 'isCommit' | 'describeHistory' | 'storyOf' | 'describe'> {
  readonly adapterUrl: string
  readonly adapter: LogAdapter
  /** Writes a history of which a call fails. */
  readonly child: URL
  createHistory(): JudgedHistory
}

/** The lines that it takes, and what it judges, come from the processes of its own subject. */
export function judgedHistory<S, O extends NamedOperation, R>(history: FaultHistory<S, O, R>): JudgedHistory {
  return {
    get issued() {
      return history.issued
    },
    get ending() {
      return history.ending
    },
    get findings() {
      return history.findings
    },
    take: (line) => history.take(line as WorkloadLine<O>),
    endProcess: () => history.endProcess(),
    verdictNow: () => {
      const verdict = history.verdictNow()
      return (recovered) => verdict(recovered as R)
    },
  }
}
