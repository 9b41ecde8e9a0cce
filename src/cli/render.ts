/** The report, as text for people. */
import Table from 'cli-table3'
import {
  type CaseResult,
  type ConformReport,
  describeVerdict,
  isBad,
  type ModelReport,
  type RaftKillReport,
  rotOutcomes,
  type SuiteResult,
  totalsOf,
} from '../conformance/index.ts'

/** What failed, what was skipped, and the table of suites. Ends with a newline. */
export function renderReport(report: ConformReport): string {
  const cases = report.suites.flatMap((suite) => suite.cases)
  const bad = cases.filter(isBad).flatMap(renderCase)
  const blocks = [
    bad,
    ...untried.map((outcome) => sharedReasons(cases, outcome)),
    cases.filter(({ outcome }) => outcome === 'expected-failure').map(renderExpected),
    report.suites.flatMap(renderModel),
    report.suites.flatMap(renderKill),
    report.suites.flatMap(renderPowerLoss),
    report.suites.flatMap(renderFault),
    report.suites.flatMap(renderRot),
    [renderTable(report.suites)],
    [describeVerdict(report)],
  ]
  const text = blocks.filter((block) => block.length > 0).map((block) => block.join('\n'))
  return `${text.join('\n\n')}\n`
}

function renderCase({ id, name, outcome, reason }: CaseResult): string[] {
  const lines = reason === undefined ? [] : reason.split('\n').map((line) => `  ${line}`)
  return [`${outcome.toUpperCase()} ${id}: ${name}`, ...lines, '']
}

const untried = ['skipped', 'inconclusive', 'not-counted'] as const

function renderExpected({ id, reason = '' }: CaseResult): string {
  return `EXPECTED-FAILURE ${id}: ${reason.split('\n')[0]}`
}

/** Cases that were not tried for one reason are told together. */
function sharedReasons(cases: readonly CaseResult[], outcome: (typeof untried)[number]): string[] {
  const byReason = new Map<string, CaseResult[]>()
  for (const one of cases) {
    if (one.outcome !== outcome) continue
    const reason = one.reason ?? 'no reason was given'
    byReason.set(reason, [...(byReason.get(reason) ?? []), one])
  }
  return [...byReason].map(([reason, ones]) => {
    const [first] = ones
    const what =
      ones.length === 1 && first !== undefined ? `${first.id}, ${first.name}` : `${ones.length} cases`
    return `${outcome.toUpperCase()} ${what}: ${reason}`
  })
}

function renderModel({ model }: SuiteResult): string[] {
  if (model === undefined) return []
  const { histories, historiesPlanned, operations, reopens, crashes, seed } = model
  const rest = histories < historiesPlanned ? ` of ${historiesPlanned}` : ''
  return [
    `Compared ${histories}${rest} histories of ${operations} operations with the model: ${reopens} times closed and opened, ` +
      `${crashes} times crashed. Seed ${seed}.`,
  ]
}

function renderKill({ kill }: SuiteResult): string[] {
  if (kill === undefined) return []
  const { failpoint, ack, clock, opening } = kill.killsByKind
  return [
    `Killed ${kill.kills} times: ${failpoint} at failpoints, ${ack} after a number of acks, ${clock} by the clock, ` +
      `${opening} while opening. Seed ${kill.seed}.`,
  ]
}

function renderPowerLoss({ powerLoss }: SuiteResult): string[] {
  if (powerLoss === undefined) return []
  const { images, judged, workloads, model, seed, durationMs } = powerLoss
  const kinds = `${powerLoss.recoveryKindsInterrupted} of ${powerLoss.recoveryKinds} kinds`
  const moments = workloads.reduce((sum, workload) => sum + workload.moments, 0)
  const rate = Math.round(images / (durationMs / 1000))
  const again = workloads.reduce((sum, { secondCrashes }) => sum + secondCrashes, 0)
  const reopenings = workloads.reduce((sum, workload) => sum + workload.reopenings, 0)
  const againMoments = workloads.reduce((sum, { secondMoments }) => sum + secondMoments, 0)
  return [
    `Lost power at ${moments} moments of ${workloads.length} workloads: ${images} different images of a disk that is ${model}, ` +
      `${judged} judgements, ${rate} images a second. Seed ${seed}.`,
    `Lost it once more at ${againMoments} moments of ${again} recoveries (${kinds}), and after ${reopenings} kills and what came after them.`,
  ]
}

function renderFault({ fault }: SuiteResult): string[] {
  if (fault === undefined) return []
  const { faults, outcomes, calls, images, seed, lost, faultsByKind } = fault
  const { refused, poisoned, absorbed, ended, missed } = outcomes
  const kinds =
    `${faultsByKind['io-error']} EIO, ${faultsByKind['no-space']} ENOSPC, ` +
    `${faultsByKind['short-write']} short writes, ${faultsByKind['disk-full']} full disks`
  const rest = missed > 0 ? ` ${missed} calls did not come again.` : ''
  return [
    `${faults} faults injected (${kinds}, in ${calls} calls): ${refused} clean refusals, ${poisoned} poisoned, ` +
      `${ended} process endings, ${absorbed} absorbed, ${lost} lost; ${images} directories judged.${rest} Seed ${seed}.`,
  ]
}

function renderRot({ rot }: SuiteResult): string[] {
  if (rot === undefined) return []
  const { adapter, damages, bytes, outcomes, seed } = rot
  const counts = rotOutcomes.map((outcome) => `${outcomes[outcome]} ${outcome}`).join(', ')
  return [`Damaged ${adapter} ${damages} times, ${bytes} bytes of files: ${counts}. Seed ${seed}.`]
}

function renderTable(suites: readonly SuiteResult[]): string {
  const head = [
    'suite',
    'cases',
    'passed',
    'failed',
    'skipped',
    'time',
    'kills',
    'images',
    'operations',
    'acked commits',
    'lost',
  ]
  const numbers = head.slice(1).map(() => 'right' as const)
  const table = new Table({ head, colAligns: ['left', ...numbers], style: { head: [], border: [] } })
  for (const { name, cases, durationMs, kill, raftKill, powerLoss, fault, model } of suites) {
    const { passed, failed, skipped } = totalsOf(cases)
    const { operations, ackedCommits, lost } =
      kill ?? powerLoss ?? fault ?? ofRaft(raftKill) ?? ofModel(model) ?? {}
    const figures = [
      kill?.kills ?? raftKill?.kills,
      powerLoss?.images ?? fault?.images,
      operations,
      ackedCommits,
      lost,
    ].map((figure) => figure ?? '')
    table.push([
      name,
      cases.length,
      passed,
      failed,
      skipped,
      `${(durationMs / 1000).toFixed(1)} s`,
      ...figures,
    ])
  }
  return table.toString()
}

/** What is acked is not counted: every call is compared. */
function ofModel(report: ModelReport | undefined) {
  if (report === undefined) return undefined
  return { operations: report.operations, ackedCommits: undefined, lost: undefined }
}

/** A Raft node that lost something lost it once: it is not killed again. */
function ofRaft(report: RaftKillReport | undefined) {
  if (report === undefined) return undefined
  const operations = Object.values(report.operations).reduce((sum, count) => sum + count, 0)
  return { operations, ackedCommits: undefined, lost: report.failure === undefined ? 0 : 1 }
}
