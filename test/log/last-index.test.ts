import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, onTestFinished, test } from 'vitest'
import { InvalidArgumentError } from '../../src/errors.ts'
import { type LogStore, MemoryLog, openLmdbLog } from '../../src/log/index.ts'
import { removeDirectory, temporaryDirectory } from './temporary-directories.ts'

const last = Number.MAX_SAFE_INTEGER

function openLmdb(): LogStore {
  const directory = temporaryDirectory()
  const log = openLmdbLog(join(directory, 'log'))
  onTestFinished(() => {
    log.abandon()
    removeDirectory(directory)
  })
  return log
}

describe.each([
  { name: 'memory', open: (): LogStore => new MemoryLog() },
  { name: 'LMDB', open: openLmdb },
])('at the last index there is, a log in $name', ({ open }) => {
  test('stores and shows the last entries', () => {
    const log = open()
    log.commit([
      { kind: 'append', entries: [Uint8Array.of(1)] },
      { kind: 'compact', index: last - 2 },
      { kind: 'append', entries: [Uint8Array.of(2), Uint8Array.of(3)] },
    ])
    assert.equal(log.nextIndex, last)
    assert.deepEqual(log.read(last - 2, last), [Uint8Array.of(2), Uint8Array.of(3)])
    assert.deepEqual(
      Array.from(log.entries(), ({ index }) => index),
      [0, last - 2, last - 1],
    )
    assert.deepEqual(log.audit(), [])
  })

  test('takes no entry more, and is as it was', () => {
    const log = open()
    log.commit([{ kind: 'compact', index: last - 1 }])
    const two = [Uint8Array.of(1), Uint8Array.of(2)]
    assert.throws(() => log.commit([{ kind: 'append', entries: two }]), InvalidArgumentError)
    assert.throws(
      () => log.commit([{ kind: 'replaceSuffix', from: last - 1, entries: two }]),
      InvalidArgumentError,
    )
    assert.equal(log.nextIndex, last - 1)
    assert.deepEqual([...log.entries()], [])
  })

  test('trims and reclaims there as anywhere', () => {
    const log = open()
    log.commit([{ kind: 'compact', index: last - 2 }])
    log.commit([{ kind: 'append', entries: [Uint8Array.of(1), Uint8Array.of(2)] }])
    log.commit([{ kind: 'trim', upTo: last }])
    log.reclaim()
    assert.deepEqual([log.firstIndex, log.nextIndex], [last, last])
    assert.equal(log.stats().reclaimableEntries, 0)
    assert.deepEqual(log.audit(), [])
  })
})
