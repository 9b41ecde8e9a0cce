import { expect, test } from 'vitest'
import { ClusterClock } from '../../src/state-machine/index.ts'

test('now() goes on from the last clock of the log, by the time since this node leads', () => {
  let monotonicMs = 500.4
  const clock = new ClusterClock(() => monotonicMs)
  clock.becomeLeader(10_000)
  expect(clock.now()).toBe(10_000)
  monotonicMs += 250.9
  expect(clock.now()).toBe(10_250)
})

test('now() stands still when its source goes back, and ends where integers do', () => {
  let monotonicMs = 0
  const clock = new ClusterClock(() => monotonicMs)
  clock.becomeLeader(Number.MAX_SAFE_INTEGER - 1)
  monotonicMs = -50
  expect(clock.now()).toBe(Number.MAX_SAFE_INTEGER - 1)
  monotonicMs = 1000
  expect(clock.now()).toBe(Number.MAX_SAFE_INTEGER)
})

test('now() is refused to a node that does not lead, also after it has', () => {
  const clock = new ClusterClock()
  expect(() => clock.now()).toThrow(expect.objectContaining({ code: 'HOLDFAST_INVALID_ARGUMENT' }))
  clock.becomeLeader(0)
  expect(clock.isLeading).toBe(true)
  clock.stepDown()
  expect(() => clock.now()).toThrow(expect.objectContaining({ code: 'HOLDFAST_INVALID_ARGUMENT' }))
})
