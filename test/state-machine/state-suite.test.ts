/** What the suite of the state machines' contract makes of a case that throws. */
import { expect, test } from 'vitest'
import type { CaseResult } from '../../src/conformance/report/index.ts'
import { StateCaseSkippedError } from '../../src/conformance/state-machine/state-case.ts'
import { runStateSuite } from '../../src/conformance/state-machine/state-suite.ts'
import { fileAdapter } from './adapters.ts'

async function resultOf(error: Error): Promise<CaseResult | undefined> {
  const run = (): Promise<void> => Promise.reject(error)
  const { cases } = await runStateSuite(fileAdapter, {
    cases: [{ id: 'SM-X-001', rule: 'x', design: [], run }],
  })
  return cases[0]
}

test('a case that finds out that it needs what is not there is skipped by its name', async () => {
  const result = await resultOf(new StateCaseSkippedError('snapshotFile', 'there is no file'))
  expect(result).toMatchObject({
    outcome: 'skipped',
    missing: ['snapshotFile'],
    reason: 'there is no file',
  })
})

test('a case that throws anything else has failed', async () => {
  expect(await resultOf(new Error('broke'))).toMatchObject({ outcome: 'failed', reason: 'Error: broke' })
})
