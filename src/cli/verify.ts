/** `holdfast verify`: reads and checks every key and value, beside the owner if there is one. */

import { CorruptionError, FormatVersionError } from '../errors.ts'
import { type AuditFinding, listLmdbLogs, openLmdbLogView } from '../log/index.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { writeLines } from './write-lines.ts'

export interface VerifyOptions {
  readonly log?: string
  readonly json?: boolean
}

interface Verdict {
  readonly log: string
  readonly entries: number
  readonly findings: readonly AuditFinding[]
}

/** Exit code 1 when anything is wrong. @throws {LogNotFoundError} no log is there @throws {CorruptionError} none can be opened */
export async function verify(directory: string, { log, json }: VerifyOptions): Promise<ExitCode> {
  // Before LMDB is let near it: it may end the process where a page is damaged.
  const all = listLmdbLogs(directory, { checkFile: 'tree' })
  const names = log === undefined ? all : [log]
  const logs = names.map((name) => verifyLog(directory, name))
  await writeLines(json ? [JSON.stringify({ directory, logs }, undefined, 2)] : logs.flatMap(render))
  return logs.some(({ findings }) => findings.length > 0) ? exitCodes.bad : exitCodes.fine
}

/** What keeps a log from being opened is a finding like any other, and the next log is still looked at. */
function verifyLog(directory: string, name: string): Verdict {
  try {
    using view = openLmdbLogView(directory, { name })
    return { log: name, entries: view.stats().entries, findings: view.audit() }
  } catch (error) {
    if (!(error instanceof CorruptionError || error instanceof FormatVersionError)) throw error
    const index = error instanceof CorruptionError ? error.index : undefined
    return { log: name, entries: 0, findings: [{ kind: 'corrupt', index, detail: error.message }] }
  }
}

function render({ log, entries, findings }: Verdict): string[] {
  if (findings.length === 0) return [`ok   log "${log}": ${entries} entries, all of them whole`]
  const first = firstBadIndex(findings)
  const where = first === undefined ? '' : `, the first at index ${first}`
  return [
    `bad  log "${log}": ${findings.length} findings${where}`,
    ...findings.map((finding) => `     ${describe(finding)}`),
  ]
}

function firstBadIndex(findings: readonly AuditFinding[]): number | undefined {
  const indexes = findings.flatMap((finding) => ('index' in finding ? (finding.index ?? []) : []))
  return indexes.length === 0 ? undefined : Math.min(...indexes)
}

function describe(finding: AuditFinding): string {
  switch (finding.kind) {
    case 'beyondTail':
      return `entry ${finding.index} is stored beyond the end of the log`
    case 'missing':
      return `entry ${finding.index} is missing`
    case 'corrupt':
    case 'malformedKey':
    case 'cursor':
      return finding.detail
    default:
      return finding satisfies never
  }
}
