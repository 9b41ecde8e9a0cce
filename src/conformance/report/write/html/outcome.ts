/** An outcome as a sign and a word: the colour is a third way to say it. */
import type { CaseOutcome } from '../../case-result.ts'

const signs: Readonly<Record<CaseOutcome, readonly [tone: string, sign: string, word: string]>> = {
  passed: ['good', '\u2713', 'passed'],
  failed: ['bad', '\u2717', 'failed'],
  'expected-failure': ['warn', '\u2717', 'expected failure'],
  'unexpected-pass': ['bad', '!', 'unexpected pass'],
  skipped: ['plain', '\u2013', 'skipped'],
  'not-counted': ['plain', '\u2013', 'not counted'],
  inconclusive: ['warn', '?', 'inconclusive'],
}

export function outcomeCell(outcome: CaseOutcome): string {
  const [tone, sign, word] = signs[outcome]
  return `<span class="outcome ${tone}"><span aria-hidden="true">${sign}</span> ${word}</span>`
}

export function outcomeWord(outcome: CaseOutcome): string {
  return signs[outcome][2]
}
