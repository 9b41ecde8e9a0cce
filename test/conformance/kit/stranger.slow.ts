/** The suites on storage that knows nothing of Holdfast. */
import { expect, test } from 'vitest'
import type { loadAdapter } from '../../../src/conformance/kill/index.ts'
import type { CaseResult, runContractSuite } from '../../../src/conformance/report/index.ts'

const built = (await import(new URL('../../../dist/src/conformance/index.js', import.meta.url).href)) as {
  readonly loadAdapter: typeof loadAdapter
  readonly runContractSuite: typeof runContractSuite
}

async function contractOf(name: string): Promise<readonly CaseResult[]> {
  const adapter = await built.loadAdapter(new URL(`./adapters/${name}`, import.meta.url))
  return (await built.runContractSuite(adapter)).cases
}

const outcomes = (cases: readonly CaseResult[], outcome: string) =>
  cases.filter((one) => one.outcome === outcome)

test('the contract, kept by the journal', async () => {
  const cases = await contractOf('journal.mjs')
  expect(outcomes(cases, 'failed')).toEqual([])
  expect(outcomes(cases, 'passed').length).toBeGreaterThan(60)
  expect(cases.find(({ id }) => id === 'LOG-FAULT-001')).toMatchObject({
    outcome: 'skipped',
    missing: ['failpoints'],
    reason: "only a store of Holdfast's own port has failpoints",
  })
})

test('the contract, as far as the least log promises it', async () => {
  const cases = await contractOf('least.mjs')
  expect(outcomes(cases, 'failed')).toEqual([])
  expect(outcomes(cases, 'passed').length).toBeGreaterThan(15)
  expect(cases.find(({ id }) => id === 'LOG-REPLACE-008')).toMatchObject({
    outcome: 'skipped',
    missing: ['replaceSuffix', 'trim'],
    reason: 'the least log does not promise replaceSuffix and trim',
  })
  expect(cases.filter(({ id }) => !id.startsWith('LOG-'))).toEqual([])
})
