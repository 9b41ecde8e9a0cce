import { describe, expect, test } from 'vitest'
import type { Finding } from '../../../src/conformance/finding.ts'
import { rebase, simpler, stepsOf } from '../../../src/conformance/kill/script/paxos-script.ts'
import {
  describeCrash,
  formatScript,
  parseScript,
  type Script,
  type ScriptCrash,
} from '../../../src/conformance/kill/script/script.ts'
import { type ShrinkScriptOptions, shrinkScript } from '../../../src/conformance/kill/script/shrink-script.ts'
import { fullCapabilities } from '../../../src/conformance/kit/index.ts'
import { LogModel } from '../../../src/conformance/model.ts'

const after: ScriptCrash = { kind: 'after' }
const lost: Finding = { rule: 'acked-lost', text: 'It is gone' }

type Judge = (script: Script<string>) => Finding | undefined

/** Shrinks calls that are letters; the script fails as `judge` says. */
async function shrink(letters: string, judge: Judge, options: Partial<ShrinkScriptOptions<string>> = {}) {
  return (await shrinking(letters, judge, options)).shrunk
}

function shrinking(letters: string, judge: Judge, options: Partial<ShrinkScriptOptions<string>> = {}) {
  return shrinkScript<string>({
    steps: Array.from(letters, (operation) => ({ operation, end: 0 })),
    crashes: [after],
    rebase: (steps) => steps.map(({ operation }) => operation),
    simpler: () => [],
    run: async (script) => {
      const finding = judge(script)
      const findings = finding === undefined ? [] : [finding]
      return { findings, story: { operations: [], recovered: [], rules: findings } }
    },
    finding: lost,
    msMax: 60_000,
    ...options,
  })
}

const has = (letters: string) => (script: Script<string>) =>
  Array.from(letters).every((letter) => script.operations.includes(letter)) ? lost : undefined

describe('shrinkScript()', () => {
  test('leaves the calls that it takes, in their order', async () => {
    const shrunk = await shrink('abcdefghijklmnopqrstuvwxyz', has('cmx'))
    expect(shrunk?.script).toEqual({ operations: ['c', 'm', 'x'], crash: after })
    expect(shrunk).toMatchObject({ runs: 2, failed: 2 })
  })

  test('finds nothing where nothing fails again', async () => {
    expect(await shrink('abcdef', () => undefined)).toBeUndefined()
  })

  test('does not take another failure for the same', async () => {
    const other: Finding = { rule: 'partial', text: 'It is there in part' }
    const shrunk = await shrink('abcdef', (script) =>
      script.operations.length < 3 ? other : has('a')(script),
    )
    expect(shrunk?.script.operations).toHaveLength(3)
  })

  test('tells one call that ended otherwise than it should from another', async () => {
    const ended = (call: string): Finding => ({
      rule: 'outcome',
      text: `Operation 7, ${call}, has thrown LogGapError (text); it should have returned 3`,
    })
    const shrunk = await shrink('abcd', ({ operations }) => ended(operations.length < 2 ? 'trim' : 'flush'), {
      finding: ended('flush'),
    })
    expect(shrunk?.script.operations).toHaveLength(2)
  })

  test('has the crash come earlier where it can', async () => {
    const crash: ScriptCrash = { kind: 'failpoint', site: 'log.commit.before', hit: 3 }
    const late = await shrink(
      'ab',
      ({ crash: { kind }, operations }) =>
        kind === 'failpoint' && operations.includes('b') ? lost : undefined,
      { crashes: [crash] },
    )
    expect(late?.script).toEqual({ operations: ['b'], crash: { ...crash, hit: 1 } })
    const simple = await shrink('ab', has('a'), { crashes: [crash] })
    expect(simple?.script).toEqual({ operations: ['a'], crash: after })
  })

  test('takes a part of a call where that fails too', async () => {
    const shrunk = await shrink('aB', has(''), {
      simpler: (operation) => [operation.toLowerCase()],
      finding: lost,
      run: async ({ operations }) => {
        const findings = /b/i.test(operations.join('')) ? [lost] : []
        return { findings, story: { operations: [], recovered: [], rules: findings } }
      },
    })
    expect(shrunk?.script.operations).toEqual(['b'])
  })

  test('takes no history that right storage does not keep', async () => {
    const shrunk = await shrink('abcdef', has('f'), {
      isSound: async (operations) => !operations.includes('f') || operations.includes('b'),
    })
    expect(shrunk?.script.operations).toEqual(['b', 'f'])
  })

  test('tells of a race how many of the runs failed', async () => {
    let runs = 0
    const shrunk = await shrink('ab', () => (runs++ % 2 === 0 ? lost : undefined), {
      crashes: [{ kind: 'clock', delayMs: 5 }],
      steps: [{ operation: 'a', end: 0 }],
    })
    expect(shrunk?.runs).toBe(5)
    expect(shrunk?.failed).toBeLessThan(5)
    expect(shrunk?.failed).toBeGreaterThan(1)
  })

  test('makes a call simpler until nothing can be left out of it', async () => {
    const shrunk = await shrink('x', () => lost, {
      steps: [{ operation: 'xxxx', end: 0 }],
      simpler: (operation) => (operation.length > 1 ? [operation.slice(1)] : []),
    })
    expect(shrunk?.script.operations).toEqual(['x'])
  })

  test('ends when its time is over, with the shortest that it has, and says what looks further', async () => {
    let seconds = 0
    const now = () => seconds * 1_000
    const slow: Judge = (script) => {
      seconds += 5
      return has('a')(script)
    }
    const { shrunk, stopped } = await shrinking('abcdefgh', slow, { msMax: 20_000, now })
    expect(shrunk?.script.operations).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
    expect(stopped).toBe('shrinking stopped after 20 s at 8 calls; --shrink-time 2m looks further')
  })

  test('ends after so many tries, of which there are more in more time', async () => {
    const letters = 'a'.repeat(200)
    const keepsAll: Judge = ({ operations }) => (operations.length === 200 ? lost : undefined)
    // Each candidate is one of its own, and none that is shorter fails.
    const rebase: ShrinkScriptOptions<string>['rebase'] = (steps) => steps.map(({ end }) => `${end}`)
    const steps = Array.from(letters, (operation, end) => ({ operation, end }))
    const [few, many] = [20_000, 60_000].map((msMax) =>
      shrinking(letters, keepsAll, { steps, rebase, msMax, now: () => 0 }),
    )
    expect((await few)?.stopped).toContain('after 120 tries at 200 calls')
    expect((await many)?.stopped).toContain('after 360 tries at 200 calls')
  })

  test('without any time finds nothing, and says so', async () => {
    const { shrunk, stopped } = await shrinking('abcdef', has('a'), { msMax: 0 })
    expect(shrunk).toBeUndefined()
    expect(stopped).toBe(
      'shrinking stopped after 0 s before anything shorter had failed; --shrink-time 1s looks further',
    )
  })

  test('says nothing of its end when there was nothing more to try', async () => {
    expect((await shrinking('abcdef', has('a'))).stopped).toBeUndefined()
  })
})

describe('a history of Paxos storage with calls left out', () => {
  const value = (number: number) => ({ number, size: 8 })
  const issued = [
    { kind: 'appendEntries', entries: [value(1), value(2), value(3)] } as const,
    { kind: 'appendEntry', entry: value(4) } as const,
    { kind: 'appendOnPrefix', from: 2, entries: [value(5)] } as const,
    { kind: 'trim', upTo: 2 } as const,
  ].map((operation) => ({ operation, outcome: { kind: 'done' } as const }))
  const steps = stepsOf(new LogModel(), issued)

  test('is the same one when nothing is', () => {
    expect(rebase(steps, undefined)).toEqual(issued.map(({ operation }) => operation))
  })

  test('says the same of the end of the log', () => {
    expect(rebase(steps.slice(1), undefined)).toEqual([
      { kind: 'appendEntry', entry: value(4) },
      { kind: 'appendOnPrefix', from: 0, entries: [value(5)] },
      { kind: 'trim', upTo: 0 },
    ])
  })

  test('is none where it would empty a log that may forget its end', () => {
    const trimming = [...steps.slice(0, 1), { operation: { kind: 'trim', upTo: 9 } as const, end: 3 }]
    expect(rebase(trimming, fullCapabilities({ trim: 'returned' }))).toEqual([])
    expect(rebase(trimming, fullCapabilities({ trim: 'returned', endRemembered: true }))).toHaveLength(2)
  })

  test('has parts of its calls', () => {
    const [append] = issued
    expect(append && simpler(append.operation)).toEqual([
      { kind: 'appendEntries', entries: [value(1)] },
      { kind: 'appendEntries', entries: [value(1), value(2)] },
    ])
  })
})

describe('a script in a token', () => {
  const script: Script<string> = {
    operations: ['a', 'b'],
    crash: { kind: 'failpoint', site: 'log.defer', hit: 2 },
  }

  test('is the same one again', () => {
    expect(parseScript(formatScript(script) ?? '')).toEqual(script)
    expect(describeCrash(script)).toBe('at hit 2 of the failpoint log.defer within call 2')
  })

  test('is none when it is too long, or was changed', () => {
    const random = Array.from({ length: 2_000 }, (_, at) => String(Math.sin(at)))
    expect(formatScript({ ...script, operations: random })).toBeUndefined()
    for (const text of ['s.', 's.AAAA', `${formatScript(script)?.slice(0, -6)}`])
      expect(parseScript(text)).toBeUndefined()
  })
})
