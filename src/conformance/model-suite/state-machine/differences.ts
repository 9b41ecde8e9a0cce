/** What is different in a state from what the model says. Pure. */
import type { Finding } from '../../finding.ts'
import type { ModelRow, ModelView } from '../../state-machine/model.ts'

/** The first difference, for the others follow from it. `undefined`: there is none. */
export function differenceOf(shown: ModelView, expected: ModelView): Finding | undefined {
  return ofPosition(shown, expected) ?? ofMembership(shown, expected) ?? ofRows(shown, expected)
}

function ofPosition(shown: ModelView, expected: ModelView): Finding | undefined {
  const wrong = (['index', 'term', 'clock'] as const).find((name) => shown[name] !== expected[name])
  if (wrong === undefined) return undefined
  return { rule: 'cursor', text: `the ${wrong} is ${shown[wrong]}, and should be ${expected[wrong]}` }
}

function ofMembership(shown: ModelView, expected: ModelView): Finding | undefined {
  const [found, wanted] = [shown, expected].map(({ membership }) => said(membership))
  if (found === wanted) return undefined
  const rule = shown.membership === undefined ? 'acked-lost' : 'came-back'
  return { rule, text: `the membership is ${found}, and should be ${wanted}` }
}

function ofRows(shown: ModelView, expected: ModelView): Finding | undefined {
  for (const row of expected.rows) {
    const found = rowOf(shown, row.key)
    if (found === undefined)
      return { rule: 'acked-lost', text: `${named(row)} is not there; it should be ${said(row)}` }
    if (said(found) !== said(row))
      return { rule: 'partial', text: `${named(row)} is ${said(found)}, and should be ${said(row)}` }
  }
  const extra = shown.rows.find(({ key }) => rowOf(expected, key) === undefined)
  if (extra !== undefined)
    return { rule: 'came-back', text: `${named(extra)} is there, as ${said(extra)}, and should not be` }
  const [found, wanted] = [shown, expected].map(({ rows }) => rows.map(({ key }) => key).join(', '))
  if (found === wanted) return undefined
  return { rule: 'outcome', text: `the keys come as ${found}, and should come as ${wanted}` }
}

function rowOf({ rows }: ModelView, key: string): ModelRow | undefined {
  return rows.find((row) => row.key === key)
}

function named({ key }: ModelRow): string {
  return `the key ${JSON.stringify(key)}`
}

const lengthMax = 300

/** In words, of which there are not too many. */
export function said(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax)}...`
}
