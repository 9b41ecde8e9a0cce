/** What becomes of a report: files, and what GitHub Actions shows. */
export { type GithubEnvironment, githubAnnotations, githubSummary, reportToGithub } from './github.ts'
export { toHtml } from './html/page.ts'
export { toJson } from './json.ts'
export { toJunit } from './junit.ts'
export {
  parseReportTarget,
  type ReportFormat,
  type ReportTarget,
  reportFormats,
  writeReports,
} from './write-reports.ts'
