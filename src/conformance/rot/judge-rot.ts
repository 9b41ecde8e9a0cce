/** What became of a damaged store. Pure. */
import type { Checked } from '../power-loss/check/checker-pool.ts'
import { storeFailureCode } from '../power-loss/check/protocol.ts'
import type { RotOutcome } from './rot-report.ts'
import type { RotSubject } from './rot-subject.ts'

const gravity: readonly RotOutcome[] = ['intact', 'audited', 'refused', 'untyped', 'ended', 'wrong']

export interface RotVerdict {
  readonly outcome: RotOutcome
  /** Why, when it is not intact. */
  readonly text: string
  /** What came back, one part a line, where something did. */
  readonly found?: readonly string[]
}

/** Compares what came back with `sound`, a view of what was there before the damage. */
export function judgeRot(subject: RotSubject, sound: unknown, checked: Checked<unknown>): RotVerdict {
  switch (checked.kind) {
    case 'ended':
      return { outcome: 'ended', text: checked.how }
    case 'refused':
      return thrown(checked.error, checked.code)
    case 'opened': {
      const { recovered, unusable, unusableCode } = checked
      const wrong = subject.viewsOf(recovered).find((view) => !subject.isSame(sound, view))
      if (wrong !== undefined)
        return { outcome: 'wrong', text: subject.compare(sound, wrong), found: subject.describe(wrong) }
      if (unusable !== undefined && unusableCode !== undefined) return thrown(unusable, unusableCode)
      const [first] = subject.auditOf(recovered)
      if (first !== undefined) return { outcome: 'audited', text: `the audit finds ${first}` }
      if (unusable !== undefined) return { outcome: 'wrong', text: unusable }
      return { outcome: 'intact', text: '' }
    }
    default:
      return checked satisfies never
  }
}

/** The graver of the two. */
export function graver(one: RotVerdict, other: RotVerdict): RotVerdict {
  return gravity.indexOf(other.outcome) > gravity.indexOf(one.outcome) ? other : one
}

/** A storage of the kit refuses by whatever it throws. One that hangs or ends its thread does not refuse. */
function thrown(text: string, code: string | undefined): RotVerdict {
  if (code === 'HOLDFAST_ADAPTER') return { outcome: 'ended', text }
  const isTyped = code === storeFailureCode || code?.startsWith('HOLDFAST_')
  return { outcome: isTyped ? 'refused' : 'untyped', text }
}
