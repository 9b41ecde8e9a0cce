import { describe, expect, test } from 'vitest'
import { LogNotFoundError, openLmdbLog, openLmdbLogView, WriteFailedError } from '../../src/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const texts = (values: Iterable<Uint8Array>): string[] =>
  Array.from(values, (value) => new TextDecoder().decode(value))

describe('openLmdbLogView()', () => {
  test('shows the log beside its owner as it was when the view was opened', () => {
    const directory = temporaryDirectory()
    using log = openLmdbLog(directory, { reclaimPerCommit: 1000 })
    log.commit([{ kind: 'append', entries: ['a', 'b', 'c'].map(bytes) }])
    using view = openLmdbLogView(directory)
    // Everything that the view shows is removed, and its pages are overwritten as far as LMDB lets the owner.
    log.commit([{ kind: 'trim', upTo: 3 }])
    for (let turn = 0; turn < 50; turn++) log.commit([{ kind: 'append', entries: [new Uint8Array(5000)] }])
    log.reclaim()
    expect([view.firstIndex, view.nextIndex]).toEqual([0, 3])
    expect(texts(view.read(0, 3))).toEqual(['a', 'b', 'c'])
    expect(texts(Array.from(view.entries(), ({ value }) => value))).toEqual(['a', 'b', 'c'])
    expect(view.audit()).toEqual([])
    expect(log.audit()).toEqual([])
    using later = openLmdbLogView(directory)
    expect([later.firstIndex, later.nextIndex]).toEqual([3, 53])
    expect(later.audit()).toEqual([])
  })

  test('does not show what is only deferred', () => {
    const directory = temporaryDirectory()
    using log = openLmdbLog(directory)
    log.defer([{ kind: 'setMeta', key: 'decided', value: bytes('1') }])
    using view = openLmdbLogView(directory)
    expect(view.getMeta('decided')).toBeUndefined()
  })

  test('refuses every write with reason read_only, and closes without one', () => {
    const directory = temporaryDirectory()
    openLmdbLog(directory).close()
    const view = openLmdbLogView(directory)
    const refused = (): void => view.commit([{ kind: 'append', entries: [bytes('x')] }])
    expect(refused).toThrow(WriteFailedError)
    expect(refused).toThrow(expect.objectContaining({ reason: 'read_only', inDoubt: false }))
    view.close()
    expect(() => view.get(0)).toThrow(expect.objectContaining({ code: 'HOLDFAST_LOG_CLOSED' }))
    using log = openLmdbLog(directory)
    expect(log.nextIndex).toBe(0)
  })

  test('makes nothing where nothing is', () => {
    const directory = temporaryDirectory()
    expect(() => openLmdbLogView(directory)).toThrow(LogNotFoundError)
    expect(() => openLmdbLogView(`${directory}/none`)).toThrow(LogNotFoundError)
    openLmdbLog(directory).close()
    expect(() => openLmdbLogView(directory, { name: 'other' })).toThrow(LogNotFoundError)
  })
})
