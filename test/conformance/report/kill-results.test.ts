/** What the suites that kill tell of a failure, in the reason that the terminal, JSON and JUnit show, and in its story. */
import { describe, expect, test } from 'vitest'
import type { KillFailure, KillReport } from '../../../src/conformance/kill/index.ts'
import { type FailureStory, killSuiteResult } from '../../../src/conformance/report/index.ts'
import { toJunit } from '../../../src/conformance/report/write/junit.ts'
import { report } from './results.ts'

const stopped = 'shrinking stopped after 20 s at 1 call; --shrink-time 2m looks further'

const story: FailureStory = {
  operations: [{ text: 'flush()', ending: 'in-flight' }],
  crash: { after: 1, text: 'ended by itself, with exit code 7' },
  stderr: ['assertion failed'],
  recovered: [],
  rules: [{ rule: 'unusable', text: 'The process ended by itself, with exit code 7, and not by SIGKILL' }],
}

function suiteOf(fields: Partial<KillFailure>) {
  const failure: KillFailure = {
    ...{
      lane: 'replayable',
      number: 1,
      moment: 'after 9 acks',
      findings: story.rules as KillFailure['findings'],
    },
    ...{ history: [], recovered: [], directory: 'd', story, replay: 'again', isReplayable: true },
    ...{ shrunk: undefined, shrinkingStopped: undefined, ...fields },
  }
  const { lane, number, moment } = failure
  const kill: KillReport = {
    ...{ adapter: 'a', seed: 1, killsPlanned: 1, kills: 0, operations: 1, ackedCommits: 0, lost: 0 },
    killsByKind: { failpoint: 0, ack: 0, clock: 0, opening: 0 },
    failures: [failure],
    verdicts: [{ lane, number, moment, durationMs: 1, isLegal: false }],
    ...{ durationMs: 1, directory: 'd' },
  }
  return killSuiteResult(kill)
}

describe('a process that ended by itself', () => {
  const [failed] = suiteOf({}).cases

  test('is headed so, and not as one that was killed', () => {
    expect(failed?.name).toBe('the replayable log, ended by itself, with exit code 7')
    expect(failed?.reason).toMatch(/^Kill 1 of the replayable log, ended by itself, with exit code 7:\n/)
    expect(failed?.reason).not.toContain('killed after')
  })

  test('has the last that it wrote to standard error', () => {
    expect(failed?.reason).toContain('  the last that it wrote to standard error:\n    assertion failed\n')
  })
})

describe('a failure whose shrinking was stopped', () => {
  test('says so where nothing shorter was found', () => {
    const [failed] = suiteOf({ shrinkingStopped: stopped }).cases
    expect(failed?.reason).toContain(`\n  ${stopped}\n`)
    expect(failed?.story?.note).toBe(stopped)
  })

  test('says so of the shortest that was found, in every form of the report', () => {
    const shrunk = { story, moment: 'after 1 ack', path: 's.x', runs: 2, failed: 2, attempts: 9 }
    const suite = suiteOf({ shrunk, shrinkingStopped: stopped })
    expect(suite.cases[0]?.reason).toContain(stopped)
    expect(suite.cases[0]?.story?.note).toBe(stopped)
    expect(suite.kill?.failures[0]?.shrinkingStopped).toBe(stopped)
    expect(toJunit(report([suite]))).toContain(stopped)
  })
})
