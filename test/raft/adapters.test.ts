import { describe, expect, onTestFinished, test } from 'vitest'
import { CompactedError, InvalidArgumentError, LogGapError, UnavailableError } from '../../src/errors.ts'
import { MemoryDisk } from '../../src/log/index.ts'
import {
  asDEngineStorage,
  asEtcdRaftStorage,
  entryOverheadBytes,
  type RaftStorage,
} from '../../src/raft/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { commands, memoryNode, openWithMemoryLog, publish } from './node-directory.ts'

function storage(): RaftStorage {
  const opened = openWithMemoryLog(temporaryDirectory(), new MemoryDisk())
  onTestFinished(() => opened.abandon())
  return opened
}

describe('asEtcdRaftStorage()', () => {
  test('of fresh storage has zeroes for what was never saved, and a membership that is never absent', () => {
    const etcd = asEtcdRaftStorage(storage())
    expect(etcd.initialState()).toEqual({
      hardState: { term: 0, vote: 0, commit: 0 },
      confState: new Uint8Array(),
    })
    expect([etcd.firstIndex(), etcd.lastIndex(), etcd.term(0)]).toEqual([1, 0, 0])
    expect(etcd.snapshot()).toEqual({
      metadata: { index: 0, term: 0, confState: new Uint8Array() },
      open: undefined,
    })
  })

  test('gives the saved hard state, and the membership of the newest snapshot by confState', async () => {
    const node = storage()
    node.hardState.saveWith({ currentTerm: 4, votedFor: 3, commit: 2 }, commands(1, [1, 4]))
    const membership = new TextEncoder().encode('1,2,3')
    await publish(node, { index: 1, term: 1, membership: new Uint8Array(3) }, 'an older state')
    await publish(node, { index: 2, term: 4, membership }, 'the state')
    const etcd = asEtcdRaftStorage(node, { confState: (bytes) => new TextDecoder().decode(bytes) })
    expect(etcd.initialState()).toEqual({
      hardState: { term: 4, vote: 3, commit: 2 },
      confState: '1,2,3',
    })
    const { metadata, open } = etcd.snapshot()
    expect(metadata).toEqual({ index: 2, term: 4, confState: '1,2,3' })
    const chunks: Buffer[] = []
    for await (const chunk of open?.() ?? []) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString()).toBe('the state')
  })

  test('term() and entries() are compacted from the boundary down, and unavailable beyond the end', () => {
    const node = storage()
    node.log.append(commands(1, [1, 2, 3, 4, 5]))
    node.log.purge({ index: 3, term: 3 })
    const etcd = asEtcdRaftStorage(node)
    expect([etcd.firstIndex(), etcd.lastIndex(), etcd.term(3), etcd.term(5)]).toEqual([4, 5, 3, 5])
    expect(() => etcd.term(2)).toThrow(CompactedError)
    expect(() => etcd.term(6)).toThrow(UnavailableError)
    for (const low of [0, 2, 3]) expect(() => etcd.entries(low, 5), `${low}`).toThrow(CompactedError)
    expect(() => etcd.entries(4, 7)).toThrow(UnavailableError)
    expect(etcd.entries(4, 6).map(({ term }) => term)).toEqual([4, 5])
  })

  test('entries() of at most maxSize bytes are at least one', () => {
    const node = storage()
    node.log.append(commands(4 - 3, [3, 4, 5, 6]))
    const etcd = asEtcdRaftStorage(node)
    const size = entryOverheadBytes + 1
    const counts = [0, size, 2 * size + size / 2, 3 * size - 1, 3 * size, undefined].map(
      (maxSize) => etcd.entries(2, 5, maxSize).length,
    )
    expect(counts).toEqual([1, 1, 2, 2, 3, 3])
  })
})

describe('asDEngineStorage()', () => {
  test('answers as a fresh store does', () => {
    const engine = asDEngineStorage(memoryNode())
    expect([engine.lastIndex(), engine.loadPurgeBoundary(), engine.loadHardState()]).toEqual([
      0,
      undefined,
      undefined,
    ])
    expect([engine.entry(1), engine.getEntries(1, 10), engine.isWriteDurable()]).toEqual([
      undefined,
      [],
      true,
    ])
    engine.persistEntries([])
    engine.purge({ index: 0, term: 0 })
    engine.flush()
    expect(engine.lastIndex()).toBe(0)
  })

  test('getEntries() includes both ends, and is cut to what is there', () => {
    const engine = asDEngineStorage(memoryNode())
    engine.persistEntries(commands(1, [1, 1, 1, 1, 1]))
    engine.purge({ index: 2, term: 1 })
    const indexes = (from: number, through: number): number[] =>
      engine.getEntries(from, through).map(({ index }) => index)
    expect([
      indexes(3, 4),
      indexes(1, 100),
      indexes(5, 5),
      indexes(1, 2),
      indexes(6, 9),
      indexes(4, 3),
    ]).toEqual([[3, 4], [3, 4, 5], [5], [], [], []])
    expect([engine.entry(2), engine.entry(3)?.index, engine.entry(6)]).toEqual([undefined, 3, undefined])
    expect(() => engine.getEntries(-1, 3)).toThrow(InvalidArgumentError)
  })

  test('truncate() and replaceRange() drop what follows, also where the terms are the same', () => {
    const engine = asDEngineStorage(memoryNode())
    engine.persistEntries(commands(1, [1, 1, 1, 1, 1]))
    engine.truncate(5)
    expect(engine.lastIndex()).toBe(4)
    engine.replaceRange(2, commands(2, [1]))
    expect([engine.lastIndex(), engine.entry(3)]).toEqual([2, undefined])
    engine.replaceRange(2, [])
    expect(engine.lastIndex()).toBe(1)
    expect(() => engine.replaceRange(5, commands(5, [2]))).toThrow(LogGapError)
  })

  test('purging everything keeps the last index and the boundary', () => {
    const engine = asDEngineStorage(memoryNode())
    engine.persistEntries(commands(1, [1, 2, 3]))
    engine.purge({ index: 3, term: 3 })
    expect([engine.lastIndex(), engine.loadPurgeBoundary()]).toEqual([3, { index: 3, term: 3 }])
  })

  test('reset() drops the log and keeps the hard state', () => {
    const engine = asDEngineStorage(memoryNode())
    engine.saveHardState({ currentTerm: 42, votedFor: 7 })
    engine.persistEntries(commands(1, [1, 2]))
    engine.purge({ index: 1, term: 1 })
    engine.reset()
    expect([engine.lastIndex(), engine.loadPurgeBoundary(), engine.getEntries(1, 9)]).toEqual([
      0,
      undefined,
      [],
    ])
    expect(engine.loadHardState()).toEqual({ currentTerm: 42, votedFor: 7 })
    engine.persistEntries(commands(1, [5]))
    expect(engine.entry(1)?.term).toBe(5)
  })
})
