import { describe, expect, test } from 'vitest'
import { dataOf, decodeHeader, encodeEntry, entryOverheadBytes } from '../../src/raft/entry.ts'
import { decodeHead, decodeVote, encodeHead, encodeVote } from '../../src/raft/records.ts'

const data = new TextEncoder().encode('abc')

describe('an entry in bytes', () => {
  test('is a version, a kind, a big-endian term, and the data', () => {
    const bytes = encodeEntry({ term: 0x0102030405, kind: 'config', data })
    expect([...bytes]).toEqual([1, 3, 0, 0, 0, 1, 2, 3, 4, 5, ...data])
    expect(bytes.length).toBe(entryOverheadBytes + data.length)
  })

  test.each(['command', 'noop', 'config'] as const)('gives back the header of a %s', (kind) => {
    for (const term of [0, 1, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
      expect(decodeHeader(encodeEntry({ term, kind, data }))).toEqual({ term, kind })
    }
  })

  test('gives back its data as bytes of their own', () => {
    const bytes = encodeEntry({ term: 1, kind: 'command', data })
    const read = dataOf(bytes)
    bytes.fill(0)
    expect(read).toEqual(data)
    expect(read.buffer.byteLength).toBe(data.length)
  })

  test.each([
    ['no bytes', []],
    ['a header cut short', [1, 1, 0, 0, 0, 0, 0, 0, 0]],
    ['version 0', [0, 1, 0, 0, 0, 0, 0, 0, 0, 1]],
    ['kind 0', [1, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
    ['kind 4', [1, 4, 0, 0, 0, 0, 0, 0, 0, 1]],
    ['a term that is no safe integer', [1, 1, 0x20, 0, 0, 0, 0, 0, 0, 0]],
  ])('is not read from %s', (_, bytes) => {
    expect(decodeHeader(Uint8Array.from(bytes))).toBeUndefined()
  })
})

describe('a vote in bytes', () => {
  test.each([
    { currentTerm: 0, votedFor: undefined },
    { currentTerm: 1, votedFor: 0 },
    { currentTerm: 1, votedFor: '0' },
    { currentTerm: Number.MAX_SAFE_INTEGER, votedFor: Number.MAX_SAFE_INTEGER },
    { currentTerm: 7, votedFor: 'Ωμέγα' },
    { currentTerm: 7, votedFor: '\ufeffa' },
  ])('gives back $currentTerm and $votedFor', (vote) => {
    expect(decodeVote(encodeVote(vote))).toStrictEqual(vote)
  })

  test.each([
    ['eight bytes', [0, 0, 0, 0, 0, 0, 0, 1]],
    ['a term that is no safe integer', [0x20, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['an unknown tag', [0, 0, 0, 0, 0, 0, 0, 1, 3]],
    ['no vote and an id', [0, 0, 0, 0, 0, 0, 0, 1, 0, 1]],
    ['a number of three bytes', [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 3]],
    ['an empty text', [0, 0, 0, 0, 0, 0, 0, 1, 2]],
  ])('is not read from %s', (_, bytes) => {
    expect(decodeVote(Uint8Array.from(bytes))).toBeUndefined()
  })

  test('is not read from a text that is no UTF-8', () => {
    expect(() => decodeVote(Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 1, 2, 0xff]))).toThrow()
  })
})

describe('where a log begins, in bytes', () => {
  test('is given back', () => {
    const head = { boundary: { index: 5, term: 2 ** 40 }, origin: 17 }
    expect(decodeHead(encodeHead(head))).toEqual(head)
  })

  test.each([0, 16, 23, 25])('is not read from %i bytes', (length) => {
    expect(decodeHead(new Uint8Array(length))).toBeUndefined()
  })

  test('is not read from numbers that are no safe integers', () => {
    expect(decodeHead(new Uint8Array(24).fill(0xff))).toBeUndefined()
  })
})
