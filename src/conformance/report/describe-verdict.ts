/** The verdict in one sentence, as every report begins or ends with it. */
import type { ConformReport } from './report.ts'

export function describeVerdict({
  adapter: { name },
  verdict,
  totals,
  levels,
  isCertified,
}: ConformReport): string {
  const { passed, failed } = totals
  const unexpected = totals['unexpected-pass']
  const tried = passed + failed + totals['expected-failure'] + unexpected
  const missing = levels.filter(({ isRun }) => !isRun).map(({ level }) => level)
  switch (verdict) {
    case 'broke':
      if (failed > 0)
        return `FAILED: ${name} breaks its contract in ${failed} of ${tried} cases.${rest(totals)}`
      if (unexpected > 0)
        return `FAILED: ${unexpected} of ${tried} cases of ${name} passed, and were expected to fail.`
      return `FAILED: ${name} cannot be certified while cases are expected to fail: ${totals['expected-failure']}.`
    case 'inconclusive':
      if (tried === 0) return `INCONCLUSIVE: nothing of ${name} was tried.`
      if (isCertified && missing.length > 0)
        return `INCONCLUSIVE: ${name} cannot be certified, for nothing of these levels was run: ${missing.join(', ')}.`
      return `INCONCLUSIVE: ${name} keeps its contract in all ${passed} cases that could be tried.${rest(totals)}`
    case 'held':
      return `OK: ${name} keeps its contract in all ${passed} cases${failed > 0 ? ' that it must' : ''}.${rest(totals)}`
    default:
      return verdict satisfies never
  }
}

const words = {
  'expected-failure': ['failed as expected', 'failed as expected'],
  'not-counted': [
    'is newer than the pinned suites, and not counted',
    'are newer than the pinned suites, and not counted',
  ],
  inconclusive: ['could not be tried on this host', 'could not be tried on this host'],
  skipped: ['was skipped', 'were skipped'],
} as const

function rest(totals: ConformReport['totals']): string {
  return (Object.keys(words) as (keyof typeof words)[])
    .filter((outcome) => totals[outcome] > 0)
    .map((outcome) => ` ${totals[outcome]} ${words[outcome][totals[outcome] === 1 ? 0 : 1]}.`)
    .join('')
}
