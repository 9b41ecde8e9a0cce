import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { type ConformReport, encodeToken, suiteVersion } from '../../src/conformance/report/index.ts'
import { isStraceMissing } from '../medium/strace.ts'
import { conformJson } from './command.ts'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const mutant = (name: string): string => path(`../conformance/mutant-adapters/${name}.mjs`)

const failedIn = (report: ConformReport) =>
  report.suites.flatMap(({ cases }) => cases).filter(({ outcome }) => outcome === 'failed')

test('a case of the contract that failed is made again by its token, alone', async () => {
  const { report } = await conformJson(mutant('swallows-refusals'), '--filter', 'LOG-REPLACE')
  const [failed] = failedIn(report())
  expect(failed?.replay).toContain(` --replay ${failed?.token}`)
  const again = await conformJson(mutant('swallows-refusals'), '--replay', failed?.token ?? '')
  expect(again.code).toBe(1)
  expect(again.report().suites.flatMap(({ cases }) => cases)).toMatchObject([
    { id: failed?.id, outcome: 'failed', token: failed?.token },
  ])
}, 60_000)

test('the shortest history of a kill that failed is made again by its token, to the last operation', async () => {
  const words = ['--suite', 'kill', '--kills', '8', '--seed', '1'] as const
  const { report } = await conformJson(mutant('defers-promises'), ...words)
  const failed = failedIn(report()).find(({ token }) => token !== undefined)
  expect(failed?.replay).toBe(`holdfast conform ${mutant('defers-promises')} --replay ${failed?.token}`)
  expect(failed?.reason).toContain(failed?.replay)
  const again = await conformJson(mutant('defers-promises'), '--replay', failed?.token ?? '')
  expect(again.code).toBe(1)
  expect(failedIn(again.report())).toMatchObject([
    { id: failed?.id, token: failed?.token, story: failed?.story },
  ])
}, 60_000)

test('a kill that was not shrunk is made again by its number, at the same moment', async () => {
  const token = {
    suiteVersion,
    adapter: 'defers promises',
    suite: 'kill',
    caseId: 'KILL-REPLAYABLE-1',
    seed: 1,
  }
  const { code, report } = await conformJson(
    mutant('defers-promises'),
    '--replay',
    encodeToken({ ...token, path: '1' }),
  )
  expect(code).toBe(1)
  expect(failedIn(report())).toMatchObject([
    {
      id: 'KILL-REPLAYABLE-1',
      name: 'the replayable log, killed at hit 10 of the failpoint paxos.set_stopsign',
    },
  ])
}, 60_000)

test('the shortest history of Raft storage is made again by its token', async () => {
  const { report } = await conformJson(
    mutant('defers-votes'),
    '--suite',
    'raft-kill',
    '--kills',
    '3',
    '--seed',
    '4',
  )
  const [failed] = failedIn(report())
  const again = await conformJson(mutant('defers-votes'), '--replay', failed?.token ?? '')
  expect(again.code).toBe(1)
  expect(failedIn(again.report())).toMatchObject([
    { id: failed?.id, token: failed?.token, story: failed?.story },
  ])
}, 60_000)

test('the shortest history of a state machine is made again by its token, whatever the seed', async () => {
  const stateMutant = path('../state-machine/mutant-adapters/calls-mismatches-done.mjs')
  const { report } = await conformJson(stateMutant, '--suite', 'state-kill', '--kills', '1', '--seed', '4')
  const [failed] = failedIn(report())
  expect(failed?.reason).toMatch(/^The shortest history .*killed after 1 ack:\n {2}outcome: /)
  const again = await conformJson(stateMutant, '--seed', '77', '--replay', failed?.token ?? '')
  expect(again.code).toBe(1)
  expect(failedIn(again.report())).toMatchObject([
    { id: 'STATE-KILL-1', token: failed?.token, story: failed?.story },
  ])
}, 60_000)

test('a kill of a state machine that was not shrunk is made again by its number', async () => {
  const token = {
    suiteVersion,
    adapter: 'a splitting one',
    suite: 'state-kill',
    caseId: 'STATE-KILL-1',
    seed: 4,
  }
  const splits = path('../state-machine/mutant-adapters/splits-chunks.mjs')
  const { code, report } = await conformJson(splits, '--replay', encodeToken({ ...token, path: '1' }))
  expect(code).toBe(1)
  expect(failedIn(report())).toMatchObject([
    {
      id: 'STATE-KILL-1',
      name: 'a state machine, killed at hit 37 of the failpoint state.lmdb.commit.inside',
    },
  ])
}, 60_000)

test('a damage is done again by its token, whatever the seed', async () => {
  const rotten = path('../conformance/rot/adapters/takes-a-cut-file-for-new.mjs')
  const { report } = await conformJson(rotten, '--suite', 'rot', '--damages', '20', '--seed', '3')
  const [failed] = failedIn(report())
  expect(failed?.replay).toBe(`holdfast conform ${rotten} --replay ${failed?.token}`)
  const again = await conformJson(rotten, '--seed', '9', '--replay', failed?.token ?? '')
  expect(again.code).toBe(1)
  expect(failedIn(again.report())).toMatchObject([
    { id: failed?.id, token: failed?.token, story: failed?.story },
  ])
}, 60_000)

test.skipIf(isStraceMissing)(
  'a fault is injected again by its token, whatever the seed',
  async () => {
    const store = path('../conformance/fault/adapters/swallows-sync-error.mjs')
    const words = ['--suite', 'fault', '--faults', '4', '--operations', '12', '--seed', '3'] as const
    const { report } = await conformJson(store, ...words)
    const [failed] = failedIn(report())
    const again = await conformJson(store, '--seed', '9', '--replay', failed?.token ?? '')
    expect(again.code).toBe(1)
    expect(failedIn(again.report())).toMatchObject([
      { id: failed?.id, token: failed?.token, name: failed?.name },
    ])
  },
  60_000,
)

test.each([
  ['the suite "dance"', { suite: 'dance' }],
  ['no case LOG-DANCE-001', { suite: 'contract', caseId: 'LOG-DANCE-001' }],
  ['what it holds is no history', { suite: 'raft-kill', path: 's.AAAA' }],
  ['"many" is the number of no kill', { suite: 'kill', path: 'many' }],
  ['what it holds is no damage', { suite: 'rot', path: '60,burn,1,log' }],
  ['of the adapter "another"', { suite: 'kill', adapter: 'another' }],
  ['suites of version 0.1.0', { suite: 'kill', suiteVersion: '0.1.0' }],
])('a token of something else is a usage error, which says so: %s', async (said, fields) => {
  const token = { suiteVersion, adapter: 'tears batches', caseId: 'X', seed: 1, path: '', ...fields }
  const { code, stderr } = await conformJson(mutant('tears-batches'), '--replay', encodeToken(token))
  expect(code).toBe(2)
  expect(stderr).toContain(said)
})
