import { describe, expect, test } from 'vitest'
import { rotSuiteResult } from '../../../src/conformance/report/rot-suite-result.ts'
import type { Damage } from '../../../src/conformance/rot/damage.ts'
import { formatDamage, parseDamage } from '../../../src/conformance/rot/exact-damage.ts'
import type { RotVerdict } from '../../../src/conformance/rot/judge-rot.ts'
import { pageKindOf } from '../../../src/conformance/rot/page-kind.ts'
import { storyOfRot } from '../../../src/conformance/rot/rot-story.ts'
import { RotTally } from '../../../src/conformance/rot/rot-tally.ts'

const bytes = Uint8Array.from({ length: 5000 }, (_, at) => at % 251)
const image = {
  parts: [
    { path: 'log', bytes: undefined },
    { path: 'log/all', bytes },
  ],
  hash: 'h',
}
const flip: Damage = { kind: 'flip', path: 'log/all', offset: 4100, bit: 2, group: 'page' }
const cut: Damage = { kind: 'cut', path: 'log/all', bytes: 4096, group: 'cut' }
const wrong: RotVerdict = { outcome: 'wrong', text: 'Entry 3 is gone', found: ['entries: 2'] }

describe('the story of a damage', () => {
  test('says which bit of which file, what the place was for, what the store did, and the rule', () => {
    const { damage, rules, recovered } = storyOfRot(image, flip, wrong)
    expect(damage).toEqual({
      ...{ path: 'log/all', fileBytes: 5000, at: 4100, bit: 2, page: 'page 1 of 2' },
      bytes: { from: 4092, values: [...bytes.subarray(4092, 4108)] },
      did: 'came back with other data than was written, and no error said so',
    })
    expect(rules).toEqual([
      {
        rule: 'wrong',
        text: 'Damage ends in the right data or in an error, never in other data: Entry 3 is gone',
      },
    ])
    expect(recovered).toEqual(['entries: 2'])
  })

  test('of a cut shows what is left of the end, and what was to come', () => {
    const { damage } = storyOfRot(image, cut, { outcome: 'ended', text: 'it hung' })
    expect(damage).toMatchObject({ at: 4096, bytes: { from: 4088 }, did: 'ended its process, or hung' })
    expect(damage).not.toHaveProperty('bit')
  })

  test('is told by the report in words, with a token that holds the damage', () => {
    const tally = new RotTally({
      ...{ adapter: 'a', seed: 5, operations: 60, image, adapterArgument: '', onProgress: undefined },
      ...{ damagesPossible: 9, damagesPlanned: 1 },
    })
    tally.add(7, flip, wrong)
    const [failed] = rotSuiteResult(tally.report(), { adapterName: 'a', adapterArgument: './a.mjs' }).cases
    expect(failed?.reason?.split('\n')).toEqual([
      '1 of 1 went wrong',
      'bit 2 of byte 4100 of log/all flipped',
      '  wrong: Damage ends in the right data or in an error, never in other data: Entry 3 is gone',
      '  the file: log/all, bit 2 of byte 4100 of 5000: 0x54 became 0x50',
      '  the place: page 1 of 2',
      '  the store came back with other data than was written, and no error said so',
      '  what came back:',
      '    entries: 2',
    ])
    expect(failed?.replay).toMatch(/^holdfast conform \.\/a\.mjs --replay hf1:.*:rot:ROT-1:5:60,flip,4100,2,/)
    expect(failed?.story?.damage?.path).toBe('log/all')
  })
})

describe('the kind of a page', () => {
  const page = (number: number, flags: number): Uint8Array => {
    const header = new Uint8Array(4096)
    header[0] = number
    header[18] = flags
    return header
  }
  const file = Uint8Array.from(
    [page(0, 8), page(1, 8), page(2, 1), page(3, 2), page(4, 4), page(0, 0), page(6, 0x40)].flatMap((one) => [
      ...one,
    ]),
  )

  test.each([
    [0, 'page 0 of 7, a meta page'],
    [2, 'page 2 of 7, a branch page'],
    [3, 'page 3 of 7, a leaf page'],
    [4, 'page 4 of 7, the first page of a big value'],
    [5, 'page 5 of 7, inside of a big value'],
    [6, 'page 6 of 7, a page of no kind that is known'],
  ])('of a data file of LMDB is that of its header: page %d is %s', (number, kind) => {
    expect(pageKindOf('log/data.mdb', file, number * 4096 + 77)).toBe(kind)
  })

  test('of another file is not guessed', () => {
    expect(pageKindOf('log/all', file, 4096)).toBe('page 1 of 7')
    expect(pageKindOf('log/data.mdb', file.subarray(0, 4100), 4097)).toBe(
      'page 1 of 2, inside of a big value',
    )
  })
})

describe('a damage in a token', () => {
  test.each([flip, cut, { ...cut, path: 'odd, name:x/0', bytes: 0 }])(
    '%j is read as it was written',
    (damage) => {
      expect(parseDamage(formatDamage({ operations: 60, damage }))).toEqual({ operations: 60, damage })
    },
  )

  test.each([
    '',
    '60',
    '60,flip,1,log',
    '60,flip,1,8,log',
    '60,cut,1,1,log',
    '60,cut,x,log',
    'x,cut,1,log',
    '60,burn,1,log',
  ])('%j is none', (text) => {
    expect(parseDamage(text)).toBeUndefined()
  })
})
