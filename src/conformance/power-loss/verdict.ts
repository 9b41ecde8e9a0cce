/** Judges what came back of an image. */
import type { Finding } from '../finding.ts'
import type { FullCapabilities } from '../kit/capabilities.ts'
import { LogModel } from '../model.ts'
import { type IssuedOperation, judge } from '../oracle.ts'
import type { Checked } from './check/checker-pool.ts'
import type { WorkloadLine } from './event.ts'

const settled: IssuedOperation = { operation: { kind: 'flush' }, outcome: { kind: 'done' } }

/** Adds one line to what the workload had said. Returns the same list when the line says nothing of operations. */
export function heard(issued: readonly IssuedOperation[], line: WorkloadLine): readonly IssuedOperation[] {
  if (line.kind === 'intent') return [...issued, { operation: line.operation, outcome: undefined }]
  // What had survived was read: it is what there is from here on, and nothing of it may be lost any more.
  if (line.kind === 'recovered') return [...issued.slice(0, line.kept), settled]
  const last = issued.at(-1)
  if (line.kind !== 'ack' || last === undefined) return issued
  return [...issued.slice(0, -1), { ...last, outcome: line.outcome }]
}

/** Everything that is wrong with it, after these operations on a log that was empty. */
export function findingsOf(
  issued: readonly IssuedOperation[],
  checked: Checked,
  capabilities: FullCapabilities | undefined,
): readonly Finding[] {
  switch (checked.kind) {
    case 'ended':
      return unusable(`The store did not survive being opened after the power loss: ${checked.how}`)
    case 'refused':
      return unusable(`The store cannot be opened and read after the power loss: ${checked.error}`)
    case 'opened': {
      const { findings } = judge(new LogModel(), issued, checked.recovered, capabilities)
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
