import { fail } from 'node:assert/strict'
import { expect, test } from 'vitest'
import { FailpointChain } from '../../failpoints/chain.ts'
import { parseActions } from '../../failpoints/grammar.ts'

/** How many of the `draws`, each a fraction, the chain `actions` asked for, and what fired at each of `hits` hits. */
function play(actions: string, draws: readonly number[], hits: number): [number, (string | undefined)[]] {
  let drawn = 0
  const chain = new FailpointChain(parseActions(actions), () => draws[drawn++] ?? fail('no draw is left'))
  const fired = Array.from({ length: hits }, () => chain.next()?.kind)
  return [drawn, fired]
}

test.each([
  [0, 0, undefined],
  [50, 0.5, undefined],
  [50, 0.499999, 'return'],
  [100, 1 - 2 ** -53, 'return'],
])('percentage %d: a draw of %d fires %s', (percent, draw, kind) => {
  expect(play(`${percent}%return`, [draw], 1)).toStrictEqual([1, [kind]])
})

test('only a term that is asked and not used up draws', () => {
  const draws = [0, 0.9, 0, 0.9, 0.9]
  expect(play('50%1*return->50%throw->50%print', draws, 3)).toStrictEqual([
    draws.length,
    ['return', 'print', undefined],
  ])
})

test('a term without a percentage does not draw', () => {
  expect(play('1*return->throw', [], 2)).toStrictEqual([0, ['return', 'throw']])
})
