/** Writes the files that were asked for. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { show } from '../../../arguments.ts'
import { InvalidArgumentError } from '../../../errors.ts'
import type { ConformReport } from '../report.ts'
import { toHtml } from './html/page.ts'
import { toJson } from './json.ts'
import { toJunit } from './junit.ts'

export type ReportFormat = 'junit' | 'json' | 'html'

const writers: Readonly<Record<ReportFormat, (report: ConformReport) => string>> = {
  junit: toJunit,
  json: toJson,
  html: toHtml,
}

export const reportFormats = Object.keys(writers) as readonly ReportFormat[]

export interface ReportTarget {
  readonly format: ReportFormat
  readonly file: string
}

/** Reads `junit=FILE`, `json=FILE` or `html=FILE`. @throws {InvalidArgumentError} it is none of these */
export function parseReportTarget(text: string): ReportTarget {
  const [name = '', ...rest] = text.split('=')
  const format = reportFormats.find((one) => one === name)
  const file = rest.join('=')
  if (format !== undefined && file !== '') return { format, file }
  throw new InvalidArgumentError(
    'report',
    `Cannot write the report ${show(text)}: give ${reportFormats.map((one) => `${one}=FILE`).join(', ')}`,
  )
}

/** Creates the directories that are not there. A file that is there is replaced. */
export function writeReports(report: ConformReport, targets: readonly ReportTarget[]): void {
  for (const { format, file } of targets) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, writers[format](report))
  }
}
