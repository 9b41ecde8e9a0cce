import { expect, test } from 'vitest'
import { nearestName } from '../../failpoints/nearest-name.ts'

const SITES = ['log.commit.after', 'log.commit.before', 'log.trim.before', 'raft.vote.before']

test.each([
  ['log.commit.before', 'log.commit.before'],
  ['log.comit.before', 'log.commit.before'],
  ['log.commit.befores', 'log.commit.before'],
  ['log.commit.befroe', 'log.commit.before'],
  ['log.comnit.aftr', 'log.commit.after'],
  ['raft.vote', 'raft.vote.before'],
  ['LOG', undefined],
  ['something.else.entirely', undefined],
  ['', undefined],
])('nearestName(%j) is %j', (name, nearest) => {
  expect(nearestName(name, SITES)).toBe(nearest)
})

test('nearestName() counts a swap of neighbours as one change', () => {
  expect(nearestName('abdc', ['abxx', 'abcd'])).toBe('abcd')
})

test('nearestName() takes the first of two that are equally near', () => {
  expect(nearestName('site.c', ['site.a', 'site.b'])).toBe('site.a')
})

test('nearestName() of nothing is undefined', () => {
  expect(nearestName('a', [])).toBeUndefined()
})
