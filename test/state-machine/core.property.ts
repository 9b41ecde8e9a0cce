/** Laws of the pure core, on a state that is a map. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { entriesFrom, realEntry } from '../../src/conformance/state-machine/entries.ts'
import { type ModelCommand, type ModelEntry, StateModel } from '../../src/conformance/state-machine/model.ts'
import { decodeState } from '../../src/state-machine/canonical/decode-state.ts'
import { encodeState } from '../../src/state-machine/canonical/encode-state.ts'
import { checkChunk, chunkLimitsDefault } from '../../src/state-machine/core/check-chunk.ts'
import { decodeAppliedEntry, encodeAppliedEntry } from '../../src/state-machine/core/effects.ts'
import { type ChunkPlan, planChunk } from '../../src/state-machine/core/plan-chunk.ts'
import {
  copyOf,
  emptyHead,
  type Row,
  type StateFormat,
  type StateHead,
} from '../../src/state-machine/core/values.ts'
import { commandCodec, decodeCommand, encodeCommand } from '../../src/state-machine/index.ts'
import { propertyParameters } from '../property-parameters.ts'
import { bytesOfPieces } from './kept-pieces.ts'
import { MemoryReader } from './memory-state-medium.ts'

const format: StateFormat = { clusterId: 'law', isTtlEnabled: true }
const key = fc.constantFrom('a', 'b', 'c', 'd', '', 'ÿ')
const value = fc.constantFrom('', 'A', 'B')
const ttlMs = fc.option(fc.constantFrom(0, 1, 5, 30, 100), { nil: undefined })
const command: fc.Arbitrary<ModelCommand> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<ModelCommand>({ kind: 'noop' }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('put' as const), key, value, ttlMs }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), key }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('cas' as const),
      key,
      expected: fc.option(value),
      value,
      ttlMs,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('touch' as const), key, ttlMs: fc.constantFrom(0, 1, 20) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('config' as const), membership: value }) },
)
const time = fc.option(fc.integer({ min: 0, max: 200 }), { nil: undefined })
const log: fc.Arbitrary<ModelEntry[]> = fc.array(fc.tuple(command, time), { maxLength: 40 }).map((steps) =>
  entriesFrom(
    1,
    steps.map(([given, at]) => (at === undefined ? given : { time: at, command: given })),
  ),
)

/** A state that was applied in chunks. */
class Applied {
  head: StateHead = emptyHead
  readonly rows = new Map<string, Row>()
  readonly results: unknown[] = []
  readonly expired: string[] = []

  chunk(entries: readonly ModelEntry[]): ChunkPlan {
    const reader = new MemoryReader(this.head, this.rows)
    const rules = { limits: chunkLimitsDefault, decode: (bytes: Uint8Array) => commandCodec.decode(bytes) }
    const { fresh } = checkChunk(entries.map(realEntry), this.head.applied, rules)
    const plan = planChunk(reader, fresh, { format, wantPrev: true })
    for (const [text, { after }] of plan.rows) {
      if (after === undefined) this.rows.delete(text)
      else this.rows.set(text, after)
    }
    this.head = plan.after
    this.results.push(...plan.results)
    if (plan.expired !== 'truncated')
      this.expired.push(...plan.expired.map((bytes) => Buffer.from(bytes).toString()))
    return plan
  }

  stream(): Buffer {
    return bytesOfPieces(encodeState(new MemoryReader(this.head, this.rows), format))
  }
}

test('however a log is cut, results, expired keys, chain and canonical bytes are the same', () => {
  const law = fc.property(
    log,
    fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
    (entries, lengths) => {
      const whole = new Applied()
      whole.chunk(entries)
      const pieces = new Applied()
      for (let from = 0, at = 0; from < entries.length; at++) {
        const length = lengths[at % lengths.length] ?? 1
        pieces.chunk(entries.slice(from, from + length))
        from += length
      }
      expect(pieces.results).toEqual(whole.results)
      expect(pieces.expired).toEqual(whole.expired)
      expect(pieces.head).toEqual(whole.head)
      expect(pieces.stream().equals(whole.stream())).toBe(true)
    },
  )
  fc.assert(law, propertyParameters(400))
})

test('what is applied is what the model says', () => {
  const law = fc.property(log, (entries) => {
    const applied = new Applied()
    const model = new StateModel()
    const plan = applied.chunk(entries)
    const expected = entries.map((entry) => model.apply(entry))
    expect(plan.results.map(({ code, changed, expireAt }) => ({ code, changed, expireAt }))).toEqual(expected)
    const { clock } = applied.head.applied
    const visible = [...applied.rows.values()].filter(
      ({ expireAt }) => expireAt === undefined || expireAt > clock,
    )
    expect(visible.length).toBe(model.view().rows.length)
    for (const row of model.view().rows) {
      const found = visible.find((candidate) => Buffer.from(candidate.key).toString() === row.key)
      expect(found && { ...found, key: row.key, value: Buffer.from(found.value).toString() }).toEqual(row)
    }
  })
  fc.assert(law, propertyParameters(400))
})

test('effects, applied again from their bytes, lead to the same rows and the same chain', () => {
  const law = fc.property(log, (entries) => {
    const applied = new Applied()
    const plan = applied.chunk(entries)
    for (const [at, entry] of plan.entries.entries()) {
      const encoded = encodeAppliedEntry(entry)
      expect(Buffer.compare(encoded, plan.encoded[at] ?? new Uint8Array())).toBe(0)
      const decoded = decodeAppliedEntry(encoded, 0)
      expect(decoded).toEqual({ entry, to: encoded.length })
      for (let cut = 0; cut < encoded.length; cut++) {
        expect(decodeAppliedEntry(encoded.subarray(0, cut), 0)).toBeUndefined()
      }
    }
  })
  fc.assert(law, propertyParameters(100))
})

test('a command is what its bytes say, and no shorter bytes say it', () => {
  const law = fc.property(command, time, (given, at) => {
    const { command: real } = realEntry({ index: 1, term: 1, command: given })
    if (real instanceof Uint8Array) throw new Error('not bytes')
    const encoded = encodeCommand({ command: real, time: at })
    expect(Buffer.compare(encodeCommand(decodeCommand(encoded)), encoded)).toBe(0)
    const decoded = decodeCommand(encoded)
    expect(decoded.time).toBe(at)
    expect(decoded.command).toEqual(
      JSON.parse(JSON.stringify(given)).ttlMs === undefined ? withoutTtl(real) : real,
    )
  })
  fc.assert(law, propertyParameters(300))
})

test('a canonical stream, cut anywhere, gives back what was encoded, and a changed byte is found', async () => {
  const law = fc.asyncProperty(
    log,
    fc.integer({ min: 1, max: 50 }),
    fc.nat(),
    async (entries, length, at) => {
      const applied = new Applied()
      applied.chunk(entries)
      const stream = applied.stream()
      const parts = await partsOf(stream, length)
      expect(parts[0]).toMatchObject({ kind: 'header', applied: applied.head.applied, format })
      expect(parts.at(-1)?.kind).toBe('footer')
      const rows = parts.flatMap((part) => (part.kind === 'rows' ? part.rows : []))
      const clock = applied.head.applied.clock
      const expected = new MemoryReader(applied.head, applied.rows)
        .rows({}, { rows: 1000, bytes: 1e9 })
        .filter(({ expireAt }) => expireAt === undefined || expireAt > clock)
      expect(rows.map(copyOf)).toEqual(expected)
      const flipped = Buffer.from(stream)
      flipped[at % stream.length] = (flipped[at % stream.length] ?? 0) ^ (1 << (at % 8))
      await expect(partsOf(flipped, length)).rejects.toMatchObject({ name: 'StreamDefectError' })
      await expect(partsOf(stream.subarray(0, at % stream.length), length)).rejects.toMatchObject({
        kind: 'incomplete',
      })
      await expect(partsOf(Buffer.concat([stream, Buffer.from('x')]), length)).rejects.toMatchObject({
        kind: 'corrupt',
      })
    },
  )
  await fc.assert(law, propertyParameters(200))
})

async function partsOf(stream: Uint8Array, length: number) {
  const pieces = async function* () {
    for (let from = 0; from < stream.length; from += length) yield stream.subarray(from, from + length)
  }
  const parts = []
  for await (const part of decodeState(pieces())) parts.push(structuredClone(part))
  return parts
}

function withoutTtl<T extends object>(given: T): Omit<T, 'ttlMs'> {
  const { ttlMs: _none, ...rest } = given as T & { ttlMs?: unknown }
  return rest
}
