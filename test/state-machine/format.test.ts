/** The bytes on the disk and on the wire, written down a second time from docs/state-machine.md. */
import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import { bytes } from '../../src/conformance/state-machine/entries.ts'
import { applyEntries } from '../../src/conformance/state-machine/expectations.ts'
import { encodeCommand, LmdbStateMachine } from '../../src/state-machine/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const u8 = (value: number): Buffer => Buffer.from([value])
const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff])
function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32BE(value)
  return buffer
}
function u64(value: number): Buffer {
  const buffer = Buffer.alloc(8)
  buffer.writeBigUInt64BE(BigInt(value))
  return buffer
}
const row = (key: string, value: string, made: number, changed: number, expireAt: number): Buffer =>
  Buffer.concat([
    u16(key.length),
    u32(value.length),
    u64(made),
    u64(changed),
    u64(expireAt),
    Buffer.from(key + value),
  ])

/** What three entries did, as facts. */
const facts = [
  Buffer.concat([u64(1), u64(2), u64(50), u8(0), u8(1), u8(1), row('key', 'value', 1, 1, 1050)]),
  Buffer.concat([u64(2), u64(2), u64(50), u8(1), u8(0)]),
  Buffer.concat([u64(3), u64(3), u64(50), u8(0), u8(1), u8(4), u32(4), Buffer.from('them')]),
]

const entries = [
  { index: 1, term: 2, time: 50, command: { kind: 'put', key: 'key', value: 'value', ttlMs: 1000 } },
  { index: 2, term: 2, command: { kind: 'cas', key: 'key', expected: null, value: 'x' } },
  { index: 3, term: 3, command: { kind: 'config', membership: 'them' } },
] as const

test('the chain is the checksum of what each entry did, and the canonical stream is as it is written down', async () => {
  const machine = new LmdbStateMachine(temporaryDirectory(), { clusterId: 'cluster' })
  await machine.start()
  await applyEntries(machine, entries)
  const chain = facts.reduce((before, fact) => crc32(fact, before), 0)
  expect(machine.applied()).toEqual({ index: 3, term: 3, clock: 50, chain })
  const snapshot = await machine.createSnapshot()
  const source = await machine.openSnapshot(snapshot.id)
  const blocks: Uint8Array[] = []
  for await (const block of source.blocks()) blocks.push(block.bytes)
  await source.close()
  await machine.close()
  expect(Buffer.concat(blocks).toString('hex')).toBe(stream(chain).toString('hex'))
})

function stream(chain: number): Buffer {
  const header = Buffer.concat([
    Buffer.from('HFSTATE\x01'),
    u8(1),
    u8(7),
    Buffer.from('cluster'),
    u64(3),
    u64(3),
    u64(50),
    u32(chain),
  ])
  const rows = block(1, 1, row('key', 'value', 1, 1, 1050))
  const membership = block(2, 1, Buffer.concat([u64(3), u64(3), Buffer.from('them')]))
  const sums = crc32(membership.subarray(-4), crc32(rows.subarray(-4)))
  const footer = block(3, 1, Buffer.concat([u64(1), u64(1), u64(8), u32(sums)]))
  return Buffer.concat([header, u32(crc32(header)), rows, membership, footer])
}

function block(kind: number, count: number, payload: Buffer): Buffer {
  const body = Buffer.concat([u8(kind), u32(count), u32(payload.length), payload])
  return Buffer.concat([body, u32(crc32(body))])
}

test('a command is as it is written down', () => {
  const command = {
    kind: 'cas',
    key: bytes('key'),
    expected: bytes('old'),
    value: bytes('new'),
    ttlMs: 7,
  } as const
  const expected = Buffer.concat([
    Buffer.from([1, 4, 7]),
    u64(9),
    u64(7),
    u32(3),
    Buffer.from('key'),
    u32(3),
    Buffer.from('old'),
    Buffer.from('new'),
  ])
  expect(Buffer.from(encodeCommand({ time: 9, command })).toString('hex')).toBe(expected.toString('hex'))
})
