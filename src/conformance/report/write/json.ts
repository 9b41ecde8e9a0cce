/** The report as a JSON document, of the form that `docs/reports.md` describes. */
import type { ConformReport } from '../report.ts'

/** Ends with a newline. */
export function toJson(report: ConformReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`
}
