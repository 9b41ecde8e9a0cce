import { describe, expect, test } from 'vitest'
import type { StateOperation } from '../../src/conformance/state-machine/kill/history.ts'
import { logOf, RunLog } from '../../src/conformance/state-machine/kill/log.ts'
import { rebase, simpler, stepsOf } from '../../src/conformance/state-machine/kill/script.ts'

const log = new RunLog(3)

/** The calls of a process that begins at `applied`. */
function steps(applied: number, ...operations: readonly StateOperation[]) {
  return stepsOf(
    log,
    applied,
    operations.map((operation) => ({ operation, outcome: { kind: 'done' } })),
  )
}

const apply = (from: number, through: number): StateOperation => ({ kind: 'apply', from, through })
const install = (through: number): Extract<StateOperation, { kind: 'install' }> => ({
  kind: 'install',
  through,
  native: false,
})

const commandsOf = (from: number, through: number) =>
  log.entries(from, through).map(({ command, time }) => ({ command, time }))
const commandsIn = (operations: readonly StateOperation[]) =>
  logOf(operations)
    .entries(1, Number.MAX_SAFE_INTEGER)
    .map(({ command, time }) => ({ command, time }))

describe('a history of a state machine, with calls left out', () => {
  test('hands in the same commands, from the first index on', () => {
    const [first, , third] = steps(100, apply(101, 103), apply(104, 105), apply(106, 107))
    const operations = rebase([first, third].filter((step) => step !== undefined))
    expect(operations).toMatchObject([
      { kind: 'apply', from: 1, through: 3 },
      { kind: 'apply', from: 4, through: 5 },
    ])
    expect(commandsIn(operations)).toEqual([...commandsOf(101, 103), ...commandsOf(106, 107)])
    expect(
      logOf(operations)
        .entries(1, 5)
        .map(({ index }) => index),
    ).toEqual([1, 2, 3, 4, 5])
  })

  test('brings each entry once, also those that are applied again', () => {
    const operations = rebase(steps(10, apply(11, 14), apply(13, 16)))
    expect(operations).toMatchObject([
      { from: 1, through: 4 },
      { from: 3, through: 6 },
    ])
    expect(commandsIn(operations)).toEqual(commandsOf(11, 16))
  })

  test('leaves out what would come before the first entry', () => {
    expect(rebase(steps(10, apply(6, 12)))).toMatchObject([{ from: 1, through: 2 }])
    expect(commandsIn(rebase(steps(10, apply(6, 12))))).toEqual(commandsOf(11, 12))
  })

  test('is of one log, also after a reset', () => {
    const operations = rebase(steps(10, apply(11, 14), { kind: 'reset' }, apply(1, 6)))
    expect(operations.at(-1)).toMatchObject({ from: 1, through: 6 })
    expect(commandsIn(operations)).toEqual([...commandsOf(11, 14), ...commandsOf(5, 6)])
  })

  test('installs what is beyond all that the other replica has', () => {
    const operations = rebase(steps(10, install(20), { kind: 'reset' }, install(25)))
    expect(operations).toMatchObject([{ through: 10 }, { kind: 'reset' }, { through: 25 }])
    const alone = rebase(steps(10, install(20), { kind: 'reset' }, { ...install(3), entries: [] }))
    expect(alone.at(-1)).toMatchObject({ through: 11 })
  })

  test('has terms that never fall', () => {
    const operations = rebase([...steps(500, apply(501, 504)), ...steps(0, apply(1, 4))])
    const terms = logOf(operations)
      .entries(1, 8)
      .map(({ term }) => term)
    expect(terms).toEqual(terms.toSorted((left, right) => left - right))
  })

  test('is tried with less in a chunk, and in a snapshot', () => {
    const [step] = steps(0, apply(1, 3))
    expect(step && simpler(step.operation)).toMatchObject([
      { through: 2 },
      { through: 1 },
      { through: 2 },
      { through: 2 },
      { through: 2 },
    ])
    const [installed] = steps(0, install(2))
    expect(installed && simpler(installed.operation)).toMatchObject([{ entries: [{}] }, { entries: [{}] }])
    expect(simpler({ kind: 'flush' })).toEqual([])
  })
})
