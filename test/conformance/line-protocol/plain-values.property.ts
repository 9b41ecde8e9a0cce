import assert from 'node:assert/strict'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isPlain, plain, unplain } from '../../../src/conformance/line-protocol/plain-values.ts'
import { propertyParameters } from '../../property-parameters.ts'

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.string(),
    fc.uint8Array({ maxLength: 8 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .dictionary(
        fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
        tie('value'),
        {
          maxKeys: 4,
          noNullPrototype: true,
        },
      )
      // The one name that is taken.
      .filter((one) => Object.keys(one).join() !== 'base64'),
  ),
}))

test('a value with bytes in it is the same after its way through JSON', () => {
  fc.assert(
    fc.property(value, (given) => {
      assert.deepEqual(unplain(JSON.parse(JSON.stringify(plain(given)))), given)
    }),
    propertyParameters(500),
  )
})

test('what is called base64 and is none is told', () => {
  expect(isPlain({ found: { value: { base64: 'YQ==' } } })).toBe(true)
  expect(isPlain({ found: { value: { base64: 'a b' } } })).toBe(false)
  expect(isPlain([{ base64: 1 }])).toBe(false)
})
