/** A token, or a recording, of something else is refused by what it is of, whichever suite it is of. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import type * as conformanceModule from '../../src/conformance/index.ts'
import { encodeToken, suiteNames, suiteVersion } from '../../src/conformance/report/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const built = (await import(
  new URL('../../dist/src/conformance/index.js', import.meta.url).href
)) as typeof conformanceModule

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const mutant = (name: string): string => path(`../conformance/mutant-adapters/${name}.mjs`)

// A loss of power is recorded, and its recording replayed.
describe.each(suiteNames.filter((name) => !name.endsWith('power-loss')))(
  'a token of the suite %s',
  (suite) => {
    const token = { suiteVersion, adapter: 'tears batches', suite, caseId: 'X', seed: 1, path: 'nothing' }

    test.each([
      [
        'another adapter',
        { adapter: 'another' },
        /it is of the adapter "another", and this is "tears batches": give that one/,
      ],
      [
        'other suites',
        { suiteVersion: '0.1.0' },
        /suites of version 0\.1\.0, and these are .*: install the Holdfast that made it/,
      ],
      ['nothing that is there', {}, /Cannot replay this token: /],
    ])('and of %s says so, and runs nothing', async (_, fields, said) => {
      const adapter = mutant('tears-batches')
      const call = built.replayToken(pathToFileURL(adapter).href, encodeToken({ ...token, ...fields }))
      await expect(call).rejects.toMatchObject({
        code: 'HOLDFAST_REPLAY_TOKEN',
        message: expect.stringMatching(said),
      })
    })
  },
)

describe.each(['log', 'state-machine'])('a recording of a %s', (kind) => {
  const head = {
    ...{ format: 'holdfast power-loss recording', version: 1, adapter: 'tears batches', kind },
    ...{ model: 'posix', seed: 1, workload: 1, directory: 'log' },
  }

  test.each([
    ['another adapter', { adapter: 'another' }, /it is of the adapter "another", and this is "/],
    ['another version', { version: 2 }, /its version is 2, and not 1/],
  ])('and of %s says so, and opens nothing', async (_, fields, said) => {
    const recording = join(temporaryDirectory(), 'recording.jsonl')
    writeFileSync(recording, `${JSON.stringify({ ...head, ...fields })}\n`)
    const splits = path('../state-machine/mutant-adapters/splits-chunks.mjs')
    const adapter = kind === 'log' ? mutant('tears-batches') : splits
    await expect(built.replayRecording(pathToFileURL(adapter).href, recording)).rejects.toMatchObject({
      argument: 'replay',
      message: expect.stringMatching(said),
    })
  })
})
