import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { FailpointRegistry } from '../failpoints/index.ts'
import {
  CorruptionError,
  InvalidArgumentError,
  LogGapError,
  PoisonedError,
  WriteFailedError,
} from '../src/errors.ts'
import { type DeferrableOp, MemoryDisk, MemoryLog } from '../src/log/index.ts'
import { notify, type StoreObserver } from '../src/observer.ts'
import { captureWarnings } from './captured.ts'
import { errorOf } from './thrown-by.ts'

interface Told {
  readonly kind: string
  readonly [field: string]: unknown
}

/** Keeps what it is told, the durations apart: they are numbers >= 0, and no test knows more of them. */
class Recorder implements StoreObserver {
  readonly told: Told[] = []

  readonly onOpen = (event: object): void => this.#keep('open', event)
  readonly onCommitStart = (event: object): void => this.#keep('commitStart', event)
  readonly onWrite = (event: object): void => this.#keep('write', event)
  readonly onWriteFailure = (event: object): void => this.#keep('writeFailure', event)
  readonly onCorruption = (event: object): void => this.#keep('corruption', event)
  readonly onClose = (event: object): void => this.#keep('close', event)

  /** What was told since the last call. */
  take(): Told[] {
    return this.told.splice(0)
  }

  #keep(
    kind: string,
    { durationMs, stats: _stats, ...event }: { durationMs?: unknown; stats?: unknown },
  ): void {
    if (['open', 'write', 'writeFailure'].includes(kind)) {
      assert.ok(typeof durationMs === 'number' && durationMs >= 0, `durationMs ${durationMs}`)
    } else assert.equal(durationMs, undefined)
    this.told.push({ kind, ...event })
  }
}

const noCounts = { appendedEntries: 0, appendedBytes: 0, truncatedEntries: 0, trimmedEntries: 0 }

function bytes(...lengths: number[]): Uint8Array[] {
  return lengths.map((length) => new Uint8Array(length))
}

function observed(): { log: MemoryLog; recorder: Recorder; failpoints: FailpointRegistry } {
  const recorder = new Recorder()
  const failpoints = new FailpointRegistry()
  const log = new MemoryLog({ observer: recorder, failpoints })
  recorder.take()
  return { log, recorder, failpoints }
}

describe('onOpen()', () => {
  test('is told what recovery found', () => {
    const disk = new MemoryDisk()
    const first = new MemoryLog({ disk })
    first.commit([
      { kind: 'append', entries: bytes(1, 1, 1) },
      { kind: 'trim', upTo: 1 },
      { kind: 'compact', index: 2 },
    ])
    first.close()
    const recorder = new Recorder()
    new MemoryLog({ disk, observer: recorder, name: 'mine' })
    const expected = { kind: 'open', log: 'mine', firstIndex: 1, nextIndex: 3, compactedIndex: 2 }
    assert.deepEqual(recorder.take(), [expected])
  })

  test('is not told of a log that does not open', () => {
    const recorder = new Recorder()
    const failpoints = new FailpointRegistry({ environment: { FAILPOINTS: 'log.open=return' } })
    assert.throws(() => new MemoryLog({ observer: recorder, failpoints }), WriteFailedError)
    assert.deepEqual(recorder.take(), [])
  })
})

describe('onCommitStart() and onWrite()', () => {
  test('are told of a commit, with what it appended', () => {
    const { log, recorder } = observed()
    log.commit([{ kind: 'append', entries: bytes(3, 4) }], 'append_entries')
    assert.deepEqual(recorder.take(), [
      { kind: 'commitStart', log: 'log', operation: 'append_entries' },
      {
        ...{ kind: 'write', log: 'log', operation: 'append_entries', class: 'commit' },
        ...{ ...noCounts, appendedEntries: 2, appendedBytes: 7 },
      },
    ])
  })

  test('are told what a commit truncated and trimmed', () => {
    const { log, recorder } = observed()
    log.commit([{ kind: 'append', entries: bytes(1, 1, 1, 1, 1) }])
    recorder.take()
    log.commit([
      { kind: 'replaceSuffix', from: 3, entries: bytes(8) },
      { kind: 'trim', upTo: 2 },
    ])
    assert.deepEqual(recorder.take()[1], {
      ...{ kind: 'write', log: 'log', operation: 'commit', class: 'commit' },
      ...{ appendedEntries: 1, appendedBytes: 8, truncatedEntries: 2, trimmedEntries: 2 },
    })
  })

  test('are told when the write is done: the log shows it', () => {
    const seen: number[] = []
    const log: MemoryLog = new MemoryLog({
      observer: {
        onCommitStart: () => seen.push(log.nextIndex),
        onWrite: () => seen.push(log.nextIndex),
      },
    })
    log.commit([{ kind: 'append', entries: bytes(1, 1) }])
    assert.deepEqual(seen, [0, 2])
  })

  test('a deferred write starts no commit, and is told as deferred', () => {
    const { log, recorder } = observed()
    log.defer([{ kind: 'compact', index: 1 }], 'set_compacted_idx')
    assert.deepEqual(recorder.take(), [
      { kind: 'write', log: 'log', operation: 'set_compacted_idx', class: 'deferred', ...noCounts },
    ])
  })

  test('a trim is counted once: when it was deferred, not when it became durable', () => {
    const { log, recorder } = observed()
    log.commit([{ kind: 'append', entries: bytes(1, 1) }])
    recorder.take()
    log.defer([{ kind: 'trim', upTo: 2 }])
    log.flush()
    const trimmed = recorder
      .take()
      .map(({ kind, operation, trimmedEntries }) => [kind, operation, trimmedEntries])
    assert.deepEqual(trimmed, [
      ['write', 'defer', 2],
      ['commitStart', 'flush', undefined],
      ['write', 'flush', 0],
    ])
  })

  test('a flush, a reclaim and a close with nothing to write tell of no write', () => {
    const { log, recorder } = observed()
    log.flush()
    log.reclaim()
    log.close()
    assert.deepEqual(
      recorder.take().map(({ kind }) => kind),
      ['close'],
    )
  })

  test('a reclaim and a close that write are told by their names', () => {
    const recorder = new Recorder()
    const log = new MemoryLog({ observer: recorder, reclaimPerCommit: 0 })
    log.commit([{ kind: 'append', entries: bytes(1, 1) }])
    log.commit([{ kind: 'trim', upTo: 1 }])
    recorder.take()
    log.reclaim()
    log.defer([{ kind: 'compact', index: 1 }])
    log.close()
    const writes = recorder.take().filter(({ kind }) => kind === 'write')
    assert.deepEqual(
      writes.map(({ operation, class: writeClass }) => [operation, writeClass]),
      [
        ['reclaim', 'commit'],
        ['defer', 'deferred'],
        ['close', 'commit'],
      ],
    )
  })
})

describe('onWriteFailure()', () => {
  test('is told of a refused commit with the reason, before any commit starts', () => {
    const { log, recorder } = observed()
    const error = errorOf(() =>
      log.commit([{ kind: 'replaceSuffix', from: 5, entries: bytes(1) }], 'append_on_prefix'),
    )
    assert.ok(error instanceof LogGapError)
    assert.deepEqual(recorder.take(), [
      {
        ...{ kind: 'writeFailure', log: 'log', operation: 'append_on_prefix' },
        ...{ class: 'commit', reason: 'invalid', error },
      },
    ])
  })

  test('is told of a refused deferred write, as deferred', () => {
    const { log, recorder } = observed()
    const error = errorOf(() => log.defer([{ kind: 'append', entries: [] } as unknown as DeferrableOp]))
    assert.ok(error instanceof InvalidArgumentError)
    assert.deepEqual(recorder.take(), [
      { kind: 'writeFailure', log: 'log', operation: 'defer', class: 'deferred', reason: 'invalid', error },
    ])
  })

  test.each([
    ['return', 'injected'],
    ['throw(x)', 'injected'],
    ['return(ENOSPC)', 'no_space'],
    ['return(EROFS)', 'read_only'],
    ['return(EIO)', 'io'],
  ])('is told of a commit that ends in %s, with the reason %s', (action, reason) => {
    const { log, recorder, failpoints } = observed()
    failpoints.arm('log.commit.inside', action)
    const error = errorOf(() => log.commit([{ kind: 'append', entries: bytes(1) }]))
    assert.deepEqual(recorder.take(), [
      { kind: 'commitStart', log: 'log', operation: 'commit' },
      { kind: 'writeFailure', log: 'log', operation: 'commit', class: 'commit', reason, error },
    ])
  })

  test('is told of a lost deferred write', () => {
    const { log, recorder, failpoints } = observed()
    failpoints.arm('log.defer', 'return')
    const error = errorOf(() => log.defer([{ kind: 'compact', index: 1 }], 'set_compacted_idx'))
    assert.deepEqual(recorder.take(), [
      {
        ...{ kind: 'writeFailure', log: 'log', operation: 'set_compacted_idx' },
        ...{ class: 'deferred', reason: 'injected', error },
      },
    ])
  })

  test('is told of writes that a poisoned log refuses', () => {
    const { log, recorder, failpoints } = observed()
    failpoints.arm('log.commit.after', '1*return')
    errorOf(() => log.commit([{ kind: 'append', entries: bytes(1) }]))
    recorder.take()
    const error = errorOf(() => log.flush())
    assert.ok(error instanceof PoisonedError)
    assert.deepEqual(recorder.take(), [
      { kind: 'writeFailure', log: 'log', operation: 'flush', class: 'commit', reason: 'poisoned', error },
    ])
  })

  test('is told of a flush that fails while closing, and then of the close', () => {
    const { log, recorder, failpoints } = observed()
    log.defer([{ kind: 'compact', index: 1 }])
    recorder.take()
    failpoints.arm('log.close', 'return(ENOSPC)')
    const error = errorOf(() => log.close())
    assert.deepEqual(recorder.take(), [
      { kind: 'writeFailure', log: 'log', operation: 'close', class: 'commit', reason: 'no_space', error },
      { kind: 'close', log: 'log', how: 'close' },
    ])
  })
})

describe('onCorruption()', () => {
  test('is told what the caller is told', () => {
    const { log, recorder, failpoints } = observed()
    log.commit([{ kind: 'append', entries: bytes(1) }])
    recorder.take()
    failpoints.arm('log.read', 'return')
    const error = errorOf(() => log.get(0))
    assert.ok(error instanceof CorruptionError)
    assert.deepEqual(recorder.take(), [{ kind: 'corruption', log: 'log', error }])
  })
})

describe('onClose()', () => {
  test.each(['close', 'abandon'] as const)('is told once of %s', (how) => {
    const { log, recorder } = observed()
    log[how]()
    log.close()
    log.abandon()
    assert.deepEqual(recorder.take(), [{ kind: 'close', log: 'log', how }])
  })
})

/** The warnings that `body` makes. They come with the next turn of the event loop. */
async function warningsOf(body: () => void): Promise<Error[]> {
  const warnings = captureWarnings()
  body()
  await new Promise((resolve) => setImmediate(resolve))
  return warnings
}

describe('an observer that throws', () => {
  const complaint = new Error('the observer complains')
  const complain = (): never => {
    throw complaint
  }

  test('fails no write: each of its errors becomes a process warning', async () => {
    const disk = new MemoryDisk()
    const warnings = await warningsOf(() => {
      const observer = { onOpen: complain, onCommitStart: complain, onWrite: complain, onClose: complain }
      const log = new MemoryLog({ disk, observer })
      log.commit([{ kind: 'append', entries: bytes(1) }])
      log.defer([{ kind: 'compact', index: 1 }])
      assert.deepEqual([log.nextIndex, log.compactedIndex], [1, 1])
      log.close()
    })
    // Opened; commit and write; deferred write; commit and write of the closing flush; closed.
    assert.deepEqual(
      warnings,
      Array.from({ length: 7 }, () => complaint),
    )
    const { nextIndex, compactedIndex } = new MemoryLog({ disk })
    assert.deepEqual([nextIndex, compactedIndex], [1, 1])
  })

  test('hides no error: the caller gets what went wrong, not what the observer threw', async () => {
    const failpoints = new FailpointRegistry()
    const warnings = await warningsOf(() => {
      const log = new MemoryLog({
        failpoints,
        observer: { onWriteFailure: complain, onCorruption: complain },
      })
      assert.throws(() => log.commit([{ kind: 'trim', upTo: -1 }]), InvalidArgumentError)
      failpoints.arm('log.read', 'return')
      assert.throws(() => log.getMeta('a'), CorruptionError)
    })
    assert.deepEqual(warnings, [complaint, complaint])
  })

  test('may throw what is no Error', async () => {
    const warnings = await warningsOf(() =>
      notify(() => {
        throw 'a text'
      }),
    )
    assert.deepEqual(
      warnings.map(({ name, message }) => [name, message]),
      [['HoldfastObserverWarning', 'a text']],
    )
  })
})

test('an observer without methods is told nothing and breaks nothing', () => {
  const log = new MemoryLog({ observer: {} })
  log.commit([{ kind: 'append', entries: bytes(1) }])
  log.close()
})
