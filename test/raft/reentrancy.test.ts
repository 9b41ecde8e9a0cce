import { expect, test } from 'vitest'
import { FailpointRegistry } from '../../failpoints/index.ts'
import { InvalidArgumentError, LogClosedError } from '../../src/errors.ts'
import { MemoryLog } from '../../src/log/index.ts'
import type { StoreObserver } from '../../src/observer.ts'
import { RaftLog } from '../../src/raft/index.ts'
import { commands } from './node-directory.ts'

test('a write from inside another, by an observer, is refused, and the one around it is remembered', () => {
  const refused: unknown[] = []
  let log: RaftLog | undefined
  const observer: StoreObserver = {
    onWrite: () => {
      try {
        log?.truncate(1)
      } catch (error) {
        refused.push(error)
      }
    },
  }
  log = new RaftLog(new MemoryLog({ observer }))
  log.append(commands(1, [1, 2]))
  expect(refused).toEqual([expect.any(InvalidArgumentError)])
  expect([log.lastLogId, log.term(1)]).toEqual([{ index: 2, term: 2 }, 1])
  log.append(commands(3, [2]))
  expect(log.lastIndex).toBe(3)
})

test('a write is possible again after one that failed', () => {
  const failpoints = new FailpointRegistry()
  const log = new RaftLog(new MemoryLog(), { failpoints })
  const armed = failpoints.arm('raft.append', 'return')
  expect(() => log.append(commands(1, [1]))).toThrow()
  armed.disarm()
  log.append(commands(1, [1]))
  expect(log.lastIndex).toBe(1)
})

test('nothing is told of a log after its end', () => {
  const told: unknown[] = []
  const log = new RaftLog(new MemoryLog(), { observer: { onWriteFailure: (event) => told.push(event) } })
  expect(() => log.append(commands(2, [1]))).toThrow()
  expect(told).toHaveLength(1)
  log.close()
  expect(() => log.append(commands(1, [1]))).toThrow(LogClosedError)
  expect(told).toHaveLength(1)
})
