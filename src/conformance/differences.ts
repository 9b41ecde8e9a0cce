/** Says in words how what came back differs from everything that would have been legal. Pure. */
import type { Finding, FindingRule } from './finding.ts'
import type { ModelView } from './model.ts'

type View = ModelView<string>

/** How many of one kind are spelt out. */
const spelledMax = 5

/** Values of the history, to tell what came back from what was never issued. */
export interface KnownValues {
  /** Those that could be read at some moment. */
  readonly seen: ReadonlySet<string>
  /** Those that were in some operation, unless it was refused. */
  readonly issued: ReadonlySet<string>
}

/** Compares `found`, which equals none of `legal`, with them. Always finds something. */
export function differences(legal: readonly View[], found: View, known: KnownValues): Finding[] {
  const findings = [
    ...shorten(goneEntries(legal, found)),
    ...shorten(strangeEntries(legal, found, known)),
    ...metaFindings(legal, found, known),
    ...cursorFindings(legal, found),
  ]
  return findings.length > 0 ? findings : [partial(legal, found)]
}

/** Indexes that hold an entry in every legal state, and hold none, or another one, in what was found. */
function goneEntries(legal: readonly View[], found: View): Finding[] {
  const [first, ...others] = legal.map(entriesOf)
  if (first === undefined) return []
  const there = entriesOf(found)
  const findings: Finding[] = []
  for (const [index] of first) {
    if (!others.every((entries) => entries.has(index))) continue
    const expected = distinct([first, ...others].map((entries) => entries.get(index)))
    const value = there.get(index)
    if (value !== undefined && expected.includes(value)) continue
    const instead = value === undefined ? 'nothing is there' : `${value} is there instead`
    findings.push({
      rule: 'acked-lost',
      text: `Acked entry ${index} (${either(expected)}) is gone: ${instead}`,
    })
  }
  return findings
}

/** Entries at an index where no legal state holds one. */
function strangeEntries(legal: readonly View[], found: View, known: KnownValues): Finding[] {
  const legalEntries = legal.map(entriesOf)
  return found.entries
    .filter(([index]) => !legalEntries.some((entries) => entries.has(index)))
    .map(([index, value]) => strangeEntry(`Entry ${index} (${value})`, value, known))
}

function strangeEntry(entry: string, value: string, { seen, issued }: KnownValues): Finding {
  if (seen.has(value))
    return { rule: 'came-back', text: `${entry} is back: an acked operation had removed it` }
  if (!issued.has(value))
    return { rule: 'never-issued', text: `${entry} is something that was never issued, or was refused` }
  return { rule: 'partial', text: `${entry} is a part of an operation of which the rest is not there` }
}

function metaFindings(legal: readonly View[], found: View, { seen, issued }: KnownValues): Finding[] {
  const there = new Map(found.meta)
  const legalMeta = legal.map(({ meta }) => new Map(meta))
  const keys = distinct([found, ...legal].flatMap(({ meta }) => meta.map(([key]) => key)))
  return keys.flatMap((key) => {
    const expected = distinct(legalMeta.map((meta) => meta.get(key)))
    const value = there.get(key)
    if (expected.includes(value)) return []
    return [
      metaFinding({
        key,
        value,
        expected,
        isSeen: value !== undefined && (seen.has(value) || issued.has(value)),
      }),
    ]
  })
}

interface MetaDifference {
  readonly key: string
  readonly value: string | undefined
  readonly expected: readonly (string | undefined)[]
  readonly isSeen: boolean
}

function metaFinding({ key, value, expected, isSeen }: MetaDifference): Finding {
  const isRound = key === 'promise' || key === 'accepted round'
  if (isRound && (value === undefined || isSeen)) {
    const text = `The ${key} went back from ${either(expected)} to ${value ?? 'none'}`
    return { rule: 'hard-state-regressed', text }
  }
  const rule: FindingRule = value === undefined ? 'acked-lost' : isSeen ? 'came-back' : 'never-issued'
  const what = {
    'acked-lost': 'is gone',
    'came-back': 'is an older one',
    'never-issued': 'was never issued',
  }[rule]
  return { rule, text: `The ${key} ${what}: it is ${value ?? 'none'}, and should be ${either(expected)}` }
}

function cursorFindings(legal: readonly View[], found: View): Finding[] {
  return (['firstIndex', 'nextIndex', 'compactedIndex'] as const).flatMap((name) => {
    const expected = distinct(legal.map((view) => view[name]))
    if (expected.includes(found[name])) return []
    return [
      { rule: 'cursor', text: `The cursor's ${name} is ${found[name]}, and should be ${either(expected)}` },
    ]
  })
}

/** Every part is that of some legal state, and the whole is none. */
function partial(legal: readonly View[], found: View): Finding {
  const newest = legal.at(-1)
  const parts = newest === undefined ? [] : partsThatDiffer(newest, found)
  return {
    rule: 'partial',
    text:
      'Each part of what is there is legal, and the whole is not: an operation is there in part, or what was deferred ' +
      `is there without what was deferred before it (other than after the last operation: ${parts.join(', ')})`,
  }
}

function partsThatDiffer(a: View, b: View): string[] {
  const metaOf = (view: View, key: string): string | undefined => new Map(view.meta).get(key)
  const keys = distinct([...a.meta, ...b.meta].map(([key]) => key))
  return [
    ...(['firstIndex', 'nextIndex', 'compactedIndex'] as const).filter((name) => a[name] !== b[name]),
    ...(JSON.stringify(a.entries) === JSON.stringify(b.entries) ? [] : ['entries']),
    ...keys.filter((key) => metaOf(a, key) !== metaOf(b, key)),
  ]
}

function shorten(findings: readonly Finding[]): Finding[] {
  const more = findings.length - spelledMax
  const spelled = findings.slice(0, spelledMax)
  const [last] = spelled.slice(-1)
  if (more <= 0 || last === undefined) return [...findings]
  return [...spelled, { rule: last.rule, text: `And ${more} more like it` }]
}

function entriesOf(view: View): Map<number, string> {
  return new Map(view.entries)
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Set(items)]
}

function either(values: readonly unknown[]): string {
  const words = values.map((value) => (value === undefined ? 'none' : String(value)))
  if (words.length <= 3) return words.join(' or ')
  return `${words[0]} to ${words.at(-1)}, or one between`
}
