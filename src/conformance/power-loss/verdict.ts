/** Judges what came back of an image. */
import type { Finding } from '../finding.ts'
import type { Checked } from './check/checker-pool.ts'
import type { WorkloadLine } from './event.ts'
import type { Issued, Subject } from './subject.ts'

/** Adds one line to what the workload had said. Returns the same list when the line says nothing of its calls. */
export function heard(subject: Subject, issued: Issued, line: WorkloadLine<unknown>): Issued {
  if (line.kind === 'intent') return [...issued, { operation: line.operation, outcome: undefined }]
  // What had survived was read: it is what there is from here on, and nothing of it may be lost any more.
  if (line.kind === 'recovered') return subject.recovered(issued, line.kept)
  const last = issued.at(-1)
  if (line.kind !== 'ack' || last === undefined) return issued
  return [...issued.slice(0, -1), { ...last, outcome: line.outcome }]
}

/** Everything that is wrong with it, where `judge` says what is wrong with what could be opened and read. */
export function findingsOf<R>(
  checked: Checked<R>,
  judge: (recovered: R) => readonly Finding[],
): readonly Finding[] {
  switch (checked.kind) {
    case 'ended':
      return unusable(`The store did not survive being opened after the power loss: ${checked.how}`)
    case 'refused':
      return unusable(`The store cannot be opened and read after the power loss: ${checked.error}`)
    case 'opened': {
      const findings = judge(checked.recovered)
      if (findings.length > 0 || checked.unusable === undefined) return findings
      return unusable(`The store does not work after the power loss: ${checked.unusable}`)
    }
    default:
      return checked satisfies never
  }
}

function unusable(text: string): readonly Finding[] {
  return [{ rule: 'unusable', text }]
}
