/** A failure, in words. */
import type { Finding } from '../finding.ts'
import type { FailureStory } from '../report/story.ts'
import type { Checked } from './check/checker-pool.ts'
import type { DiskModelName } from './disk/model.ts'
import { type Survivors, sectorBytes, type Unit } from './disk/unit.ts'
import type { PowerLossFailure } from './power-loss-report.ts'
import type { Issued, Subject } from './subject.ts'

const callsSpelledMax = 20

export interface FailureParts {
  readonly subject: Subject
  readonly workload: number
  readonly model: DiskModelName
  readonly issued: Issued
  readonly pending: readonly Unit[]
  readonly survivors: Survivors
  readonly findings: readonly Finding[]
  readonly checked: Checked<unknown>
  readonly recording: string
  readonly replay: string
  /** Nothing failed but the store itself: the power was there all the time. */
  readonly isPowered?: boolean
}

export function failureOf(parts: FailureParts): PowerLossFailure {
  const { subject, workload, model, issued, pending, survivors, findings, checked, recording, replay } = parts
  return {
    ...{ workload, model, findings, recording, replay },
    history: subject.describeHistory(issued),
    story: storyOfLoss(parts),
    survived: pending.filter(({ number }) => survivors.has(number)).map((unit) => describe(unit, survivors)),
    lost: pending.filter(({ number }) => survivors.get(number) !== 'whole').map((unit) => unit.text),
    recovered: checked.kind === 'opened' ? subject.describe(checked.recovered) : [],
  }
}

function storyOfLoss(parts: FailureParts): FailureStory {
  const { subject, model, issued, pending, survivors, findings, checked, isPowered = false } = parts
  const recovered = checked.kind === 'opened' ? checked.recovered : undefined
  const crash = isPowered
    ? 'looked at, with the power on'
    : `cut off from the power, on a disk that is ${model}`
  const unsynced = pending.map((unit) => ({
    text: describe(unit, survivors),
    survived: survivors.has(unit.number),
  }))
  return {
    ...subject.storyOf({ issued, crash, recovered, findings }),
    ...(unsynced.length > 0 && { unsynced }),
  }
}

function describe({ number, text }: Unit, survivors: Survivors): string {
  const survival = survivors.get(number)
  if (survival === undefined || survival === 'whole') return text
  const sectors = [...survival].sort((a, b) => a - b).join(', ')
  return `${text}, torn: of its sectors of ${sectorBytes} bytes only ${sectors}`
}

/** The whole failure, one line an item. */
export function describePowerLoss(failure: PowerLossFailure): string[] {
  const { workload, model, findings, history, survived, lost, recovered, recording, replay } = failure
  return [
    `Power lost ${whenOf(failure)}in workload ${workload}, on a disk that is ${model}:`,
    ...findings.map(({ rule, text }) => `  ${rule}: ${text}`),
    '  the last operations:',
    ...history.map((line) => `    ${line}`),
    '  these calls were not yet synced, and were lost:',
    ...spelled(lost),
    '  these were not yet synced either, and survived:',
    ...spelled(survived),
    `  what came back:${recovered.length === 0 ? ' nothing that could be read' : ''}`,
    ...recovered.map((line) => `    ${line}`),
    `  the recording is kept in ${recording}`,
    '  replay, without strace:',
    `    ${replay}`,
  ]
}

function whenOf({ isOfRecovery, isAfterReopening }: PowerLossFailure): string {
  if (isOfRecovery === true) return 'once more, while it was recovered from, '
  return isAfterReopening === true
    ? 'after the process was killed, and the next one had opened the store and was to show it, '
    : ''
}

function spelled(calls: readonly string[]): string[] {
  if (calls.length === 0) return ['    none']
  const from = Math.max(0, calls.length - callsSpelledMax)
  const earlier = from > 0 ? [`    ... ${from} earlier ones`] : []
  return [...earlier, ...calls.slice(from).map((call) => `    ${call}`)]
}
