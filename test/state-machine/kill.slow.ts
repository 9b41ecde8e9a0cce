import { describe, expect, test } from 'vitest'
import type { runStateKillSuite } from '../../src/conformance/state-machine/index.ts'
import { captureStandardError } from '../captured.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const built = (await import(
  new URL('../../dist/src/conformance/state-machine/index.js', import.meta.url).href
)) as { readonly runStateKillSuite: typeof runStateKillSuite }

test.each([
  ['LMDB', '../../dist/src/cli/adapters/lmdb-state-machine.js'],
  ['files', '../../dist/src/cli/adapters/file-state-machine.js'],
  ['files, which writes checkpoints often', './power-loss-mutants/on-files.mjs'],
  ['files, which syncs only when it is told', './power-loss-mutants/on-files-lazily.mjs'],
])('a state machine on %s loses nothing, killed at every site it has', async (_, path) => {
  const adapterUrl = new URL(path, import.meta.url)
  const report = await built.runStateKillSuite({
    adapterUrl,
    directory: temporaryDirectory(),
    kills: 60,
    seed: 2,
  })
  expect(report.failure).toBeUndefined()
  expect(report.killsAtFailpoints).toBeGreaterThan(30)
})

const put = /^applyChunk\(1: put /
const cas = /^applyChunk\(1: cas /

test.each([
  [
    'splits-chunks',
    'at hit 2 of the failpoint state.lmdb.commit.inside within call 1',
    'partial',
    [/^applyChunk\(1 to 2: /],
    4,
  ],
  ['forgets-leases', 'after 2 acks', 'outcome', [put, /^applyChunk\(2: cas /], 4],
  [
    'resets-before-install',
    'at hit 1 of the failpoint state.install.verify within call 2',
    'acked-lost',
    [put, /^install\(the stream snapshot of another replica, of 2\)/],
    4,
  ],
  ['calls-mismatches-done', 'after 1 ack', 'outcome', [cas], 4],
  ['forgets-members', 'after 1 ack', 'partial', [/^applyChunk\(1: config /], 4],
  [
    'recovers-an-old-copy',
    'after 1 ack',
    'acked-lost',
    [/^install\(the native snapshot of another replica, of 1\)/],
    1,
  ],
])(
  'the failure of a state machine that %s is shrunk to the calls that it takes, %s',
  async (name, moment, rule, calls, seed) => {
    const { failure } = await built.runStateKillSuite({
      adapterUrl: new URL(`./mutant-adapters/${name}.mjs`, import.meta.url),
      directory: temporaryDirectory(),
      ...{ kills: 4, seed, shrinkMs: 100_000 },
    })
    const shrunk = failure?.shrunk
    expect(shrunk?.story.operations.map(({ text }) => text)).toEqual(
      calls.map((call) => expect.stringMatching(call)),
    )
    expect(shrunk?.story.rules[0]?.rule).toBe(rule)
    expect(shrunk).toMatchObject({ moment, path: expect.stringMatching(/^s\.[\w-]+$/), runs: 2, failed: 2 })
  },
)

describe('a state machine whose process ends by itself', () => {
  test.each([
    ['ends-on-a-mismatch', 'with exit code 7', [/^assertion failed: the expected value is there$/]],
    ['throws-behind-the-call', 'with exit code 1', [/^Error: nobody expected this$/, /^Node\.js v/]],
  ])('%s: the story says how, and what it wrote last', async (name, how, lines) => {
    const passedOn = captureStandardError()
    const { failure } = await built.runStateKillSuite({
      adapterUrl: new URL(`./mutant-adapters/${name}.mjs`, import.meta.url),
      directory: temporaryDirectory(),
      ...{ kills: 4, seed: 4, shrinkMs: 0 },
    })
    expect(failure?.story.crash?.text).toBe(`ended by itself, ${how}`)
    for (const line of lines) {
      expect(failure?.story.stderr).toContainEqual(expect.stringMatching(line))
      expect(passedOn().split('\n')).toContainEqual(expect.stringMatching(line))
    }
    expect(failure?.findings).toContainEqual({
      rule: 'unusable',
      text: `The process ended by itself, ${how}, and not by SIGKILL`,
    })
  })
})
