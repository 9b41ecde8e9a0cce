/** Streams of whole, undamaged blocks that are not those of one state. */
import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import { decodeState } from '../../src/state-machine/canonical/decode-state.ts'
import { encodeState, encodeStateInTurns } from '../../src/state-machine/canonical/encode-state.ts'
import { emptyHead, type Row, textOfKey } from '../../src/state-machine/core/values.ts'
import { keptPieces } from './kept-pieces.ts'
import { MemoryReader } from './memory-state-medium.ts'

const format = { clusterId: '', isTtlEnabled: true }

function stateOf(names: readonly string[], valueBytes: number): MemoryReader {
  const rows = names.map((name): [string, Row] => {
    const key = Buffer.from(name)
    return [
      textOfKey(key),
      { key, value: Buffer.alloc(valueBytes, name), createIndex: 1, modIndex: 1, expireAt: undefined },
    ]
  })
  return new MemoryReader(emptyHead, new Map(rows))
}

/** Header, three blocks of one row each, footer. */
function pieces(): Uint8Array[] {
  return keptPieces(encodeState(stateOf(['a', 'b', 'c'], 700_000), format)).filter(({ length }) => length > 0)
}

async function decode(given: readonly (Uint8Array | undefined)[]): Promise<number> {
  const chunks = async function* () {
    for (const piece of given) if (piece !== undefined) yield piece
  }
  let rows = 0
  for await (const part of decodeState(chunks())) if (part.kind === 'rows') rows += part.rows.length
  return rows
}

test('a stream is header, blocks of rows, and footer', async () => {
  expect(pieces()).toHaveLength(5)
  expect(await decode(pieces())).toBe(3)
})

test('a block that is missing is found by the footer', async () => {
  const [header, a, , c, footer] = pieces()
  await expect(decode([header, a, c, footer])).rejects.toThrow(/footer/)
})

test('blocks that were turned around are found before the footer, and so is one that comes twice', async () => {
  const [header, a, b, c, footer] = pieces()
  await expect(decode([header, b, a, c, footer])).rejects.toThrow(/out of order/)
  await expect(decode([header, a, a, b, c, footer])).rejects.toThrow(/out of order/)
})

test('a stream without its footer is incomplete, and one that goes on after it is corrupt', async () => {
  const [header, a, b, c, footer] = pieces()
  await expect(decode([header, a, b, c])).rejects.toMatchObject({ kind: 'incomplete' })
  await expect(decode([header, a, b, c, footer, a])).rejects.toMatchObject({ kind: 'corrupt' })
})

test('a stream of a later version is told apart from damage', async () => {
  const [header = new Uint8Array(), ...rest] = pieces()
  header[7] = 2
  await expect(decode([header, ...rest])).rejects.toMatchObject({ kind: 'version' })
})

test('of a stream one block is in memory, however many there are', async () => {
  const state = stateOf(['a', 'b', 'c', 'd'], 700_000)
  const memory = new Set<ArrayBufferLike>()
  for await (const { buffer, length } of encodeStateInTurns(state, format))
    if (length > 1000) memory.add(buffer)
  expect(memory.size).toBe(1)
})

test('a stream that is cut anywhere, each piece in the memory of the one before it, is read as it is', async () => {
  const stream = Buffer.concat(pieces())
  const memory = Buffer.alloc(3_000)
  const chunks = async function* () {
    for (let from = 0; from < stream.length; from += memory.length) {
      memory.fill(0xff)
      yield memory.subarray(0, stream.copy(memory, 0, from, from + memory.length))
    }
  }
  const values: string[] = []
  for await (const part of decodeState(chunks())) {
    if (part.kind === 'rows') for (const { key, value } of part.rows) values.push(`${key} ${value.length}`)
  }
  expect(values).toEqual(['a 700000', 'b 700000', 'c 700000'])
})

test('a stream of many small rows stops every few of them, so that others can have their turn', () => {
  const names = Array.from({ length: 2_000 }, (_, number) => `key ${String(number).padStart(4, '0')}`)
  const stops = [...encodeState(stateOf(names, 1), format)].filter(({ length }) => length === 0)
  expect(stops.length).toBeGreaterThanOrEqual(names.length / 50)
})

test('what comes in turns is the same stream, and no piece of it is empty', async () => {
  const state = stateOf(['a', 'b', 'c'], 700_000)
  const found: Uint8Array[] = []
  for await (const piece of encodeStateInTurns(state, format)) found.push(new Uint8Array(piece))
  // Compared as numbers they take seconds.
  expect(found.map((piece) => crc32(piece))).toEqual(pieces().map((piece) => crc32(piece)))
})
