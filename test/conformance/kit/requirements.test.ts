import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  contractCases,
  missingIn,
  portRequirements,
  type Requirement,
} from '../../../src/conformance/contract/index.ts'
import { capabilityValues, fullCapabilities } from '../../../src/conformance/kit/capabilities.ts'
import { deriveRequirements, isAbout, passesWithout } from './derive-requirements.ts'
import { everyCapability } from './memory-verbs.ts'

/** To write the table anew: `HOLDFAST_WRITE_REQUIREMENTS=1 npx vitest run test/conformance/kit/requirements`, then format it. */
const table = new URL('../../../src/conformance/contract/requirement-table.ts', import.meta.url)

if (process.env['HOLDFAST_WRITE_REQUIREMENTS'] !== undefined) {
  const groups = new Map<string, string[]>()
  for (const one of contractCases) {
    const words = deriveRequirements(one).join(' ')
    groups.set(words, [...(groups.get(words) ?? []), one.id])
  }
  const rows = [...groups]
    .filter(([words]) => words !== '')
    .map(([words, ids]) => `  [\n    '${words}',\n    '${ids.join(' ')}',\n  ],\n`)
  const [head = ''] = readFileSync(table, 'utf8').split('export ')
  const type = 'readonly (readonly [requirements: string, ids: string])[]'
  writeFileSync(table, `${head}export const requirementTable: ${type} = [\n${rows.join('')}]\n`)
}

const everyWord = Object.keys(capabilityValues) as Requirement[]
const isOfPort = (word: Requirement): boolean => (portRequirements as readonly Requirement[]).includes(word)

test.each(contractCases.map((one) => [one.id, one] as const))(
  '%s needs what its tag says',
  (_, contractCase) => {
    const { requires = [] } = contractCase
    // What makes use of the own port runs on no other: its tag is what it was seen to use.
    if (requires.some(isOfPort)) {
      expect(deriveRequirements(contractCase)).toEqual(requires)
      return
    }
    const others = everyWord.filter((word) => !requires.includes(word))
    expect(passesWithout(contractCase, new Set(others)), 'passes on a store that lacks all else').toBe(true)
    for (const word of requires) {
      // A store that lacks more may pass where one that lacks this alone does not.
      const isEnough = [[...others, word], [word]].every((missing) =>
        passesWithout(contractCase, new Set(missing)),
      )
      expect(isEnough && !isAbout(contractCase, word), `passes without ${word}`).toBe(false)
    }
  },
)

describe('missingIn()', () => {
  test('finds nothing missing in a store of the own port', () => {
    expect(missingIn({}, ['trim', 'failpoints'])).toEqual([])
  })

  test('names what is not promised, and what no adapter of the kit has', () => {
    const capabilities = fullCapabilities({ trim: 'deferred', lostDeferred: 'subset' })
    expect(missingIn({ capabilities }, ['trim', 'lostDeferred', 'batch', 'failpoints'])).toEqual([
      'lostDeferred',
      'batch',
      'failpoints',
    ])
    expect(missingIn({ capabilities: everyCapability }, ['trim', 'batch', 'stats'])).toEqual(['stats'])
  })
})
