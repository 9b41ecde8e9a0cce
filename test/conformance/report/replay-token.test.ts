import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  assertReplayable,
  decodeToken,
  encodeToken,
  isReplayToken,
  type ReplayToken,
  ReplayTokenError,
} from '../../../src/conformance/report/index.ts'

const token: ReplayToken = {
  ...{ suiteVersion: '1.0.0', adapter: 'the LMDB store', suite: 'sweep', caseId: 'SWEEP-LOG-FAIL' },
  ...{ seed: 17, path: 'log.commit.after@3=crash' },
}
const text = encodeToken(token)

test('a token is one word that a shell leaves alone', () => {
  expect(text).toMatch(/^hf1:[A-Za-z0-9,.@=_%:-]+$/)
  expect(text).toContain(':the%20LMDB%20store:')
})

test('decodeToken() reads what encodeToken() wrote', () => {
  const field = fc.string({ unit: 'grapheme' })
  const any = fc.record({
    ...{ suiteVersion: field, adapter: field, suite: field, caseId: field, path: field },
    seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  })
  fc.assert(
    fc.property(any, (one) => {
      expect(decodeToken(encodeToken(one))).toEqual(one)
    }),
  )
})

test('white space around a token is not of it', () => {
  expect(decodeToken(` ${text}\n`)).toEqual(token)
})

test('isReplayToken() tells tokens, of any version, from names of files', () => {
  expect([text, 'hf9:x', './recording.json', 'hf.json'].map(isReplayToken)).toEqual([
    true,
    true,
    false,
    false,
  ])
})

describe('a token is refused', () => {
  const thrownBy = (body: () => void): unknown => {
    try {
      body()
    } catch (error) {
      return error
    }
    return undefined
  }

  test.each([
    ['that is cut off', text.slice(0, -8), 'form'],
    ['of which a letter was changed', text.replace('commit', 'comnit'), 'form'],
    ['with an escape that is none', text.replace('%20', '%2'), 'form'],
    ['that is another word', 'recording.json', 'form'],
    ['of another version of tokens', text.replace('hf1', 'hf2'), 'version'],
  ])('%s', (_, bad, kind) => {
    const error = thrownBy(() => decodeToken(bad))
    expect(error).toBeInstanceOf(ReplayTokenError)
    expect(error).toMatchObject({ kind, code: 'HOLDFAST_REPLAY_TOKEN' })
  })

  test('that other suites made, with both versions', () => {
    const error = thrownBy(() => assertReplayable(token, { suiteVersion: '1.1.0', adapter: token.adapter }))
    expect(error).toMatchObject({ kind: 'suite-version', expected: '1.1.0', found: '1.0.0' })
  })

  test('that another adapter made, with both names', () => {
    const error = thrownBy(() => assertReplayable(token, { suiteVersion: '1.0.0', adapter: 'mine' }))
    expect(error).toMatchObject({ kind: 'adapter', expected: 'mine', found: 'the LMDB store' })
  })
})
