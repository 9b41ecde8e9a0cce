/** Compares everything physically stored with the cursor: what a view through the cursor cannot show. */
import { CorruptionError, FormatVersionError } from '../errors.ts'
import { messageOf } from '../message-of.ts'
import { type Cursor, isCoherent, isSame } from './cursor.ts'
import type { AuditFinding } from './log-store.ts'
import type { LogMedium } from './medium.ts'

const indexesPerStep = 1024
/** A store that lost everything would have one finding for each index; the first tell as much. */
const findingsMax = 1000

/** `durable` is the cursor that the store believes to be on the medium. */
export function auditLog(medium: LogMedium, durable: Cursor): AuditFinding[] {
  const findings: AuditFinding[] = [...auditCursor(medium, durable), ...medium.auditKeys()]
  let expected = durable.denseFrom
  for (const index of storedIndexes(medium)) {
    if (findings.length >= findingsMax) return findings
    for (; expected < Math.min(index, durable.end) && findings.length < findingsMax; expected++) {
      findings.push({ kind: 'missing', index: expected })
    }
    if (index >= durable.denseFrom) expected = index + 1
    if (index >= durable.end) findings.push({ kind: 'beyondTail', index })
    const defect = defectOf(() => medium.entry(index))
    if (defect !== undefined) findings.push({ kind: 'corrupt', index, detail: defect })
  }
  for (; expected < durable.end && findings.length < findingsMax; expected++) {
    findings.push({ kind: 'missing', index: expected })
  }
  return findings
}

function auditCursor(medium: LogMedium, durable: Cursor): AuditFinding[] {
  let stored: Cursor
  try {
    stored = medium.loadCursor()
  } catch (error) {
    return [{ kind: 'cursor', detail: messageOf(error) }]
  }
  if (!isCoherent(stored)) return [{ kind: 'cursor', detail: `${JSON.stringify(stored)} is not coherent` }]
  if (isSame(stored, durable)) return []
  return [
    { kind: 'cursor', detail: `${JSON.stringify(stored)} is stored, ${JSON.stringify(durable)} is believed` },
  ]
}

function* storedIndexes(medium: LogMedium): Iterable<number> {
  let from = 0
  for (;;) {
    const step = medium.storedIndexes(from, Number.MAX_SAFE_INTEGER, indexesPerStep)
    yield* step
    const last = step.at(-1)
    if (last === undefined || step.length < indexesPerStep) return
    from = last + 1
  }
}

/** What the error says that `read` throws, when it is one about what is stored. */
export function defectOf(read: () => unknown): string | undefined {
  try {
    read()
    return undefined
  } catch (error) {
    if (error instanceof CorruptionError || error instanceof FormatVersionError) return error.message
    throw error
  }
}
