/**
 * The chain and the canonical stream of the model, written down a second time from docs/state-machine.md. Pure, and shares no code
 * with the implementations.
 */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { ModelEntry, ModelResult, ModelRow, ModelView } from './model.ts'

/** By their places. */
const codes: readonly string[] = [
  ...['OK', 'CAS_MISMATCH', 'NOT_FOUND', 'ALREADY_APPLIED', 'DUPLICATE', 'SESSION_EXPIRED'],
  ...['KEY_EMPTY', 'KEY_TOO_LONG', 'VALUE_TOO_LARGE', 'TTL_INVALID', 'TTL_DISABLED'],
]

/** The chain after `entry`, which had `result` and led to `after`, when it was `chain` before. */
export function chainAfter(
  chain: number,
  entry: ModelEntry,
  { result, after }: { readonly result: ModelResult; readonly after: ModelView },
): number {
  const effect = effectOf(entry, result, after)
  const { index, term, clock } = after
  const record = [u64(index), u64(term), u64(clock), u8(codes.indexOf(result.code))]
  return crc32(Buffer.concat([...record, u8(effect === undefined ? 0 : 1), effect ?? nothing]), chain)
}

/** `undefined`: it had none. */
function effectOf({ command }: ModelEntry, result: ModelResult, after: ModelView): Uint8Array | undefined {
  if (result.code !== 'OK') return undefined
  switch (command.kind) {
    case 'noop':
      return undefined
    case 'put':
    case 'cas': {
      const row = after.rows.find(({ key }) => key === command.key)
      return row && Buffer.concat([u8(1), rowBytes(row)])
    }
    case 'delete':
      return result.changed ? Buffer.concat([u8(2), keyBytes(command.key)]) : undefined
    case 'touch':
      return Buffer.concat([u8(3), u64(result.expireAt ?? 0), keyBytes(command.key)])
    case 'config': {
      const membership = Buffer.from(command.membership)
      return Buffer.concat([u8(4), u32(membership.length), membership])
    }
    default:
      return command satisfies never
  }
}

const blockBytesMax = 1024 * 1024

/** The SHA-256 of the canonical stream, as hexadecimal digits, of the cluster `clusterId`, with times to live. */
export function digestOfModel(view: ModelView, chain: number, clusterId: string): string {
  const cluster = Buffer.from(clusterId)
  const { index, term, clock, rows, membership } = view
  const position = Buffer.concat([u64(index), u64(term), u64(clock), u32(chain)])
  const header = Buffer.concat([Buffer.from('HFSTATE\x01'), u8(1), u8(cluster.length), cluster, position])
  const blocks = rowBlocks(rows)
  if (membership !== undefined) {
    const said = [u64(membership.index), u64(membership.term), Buffer.from(membership.text)]
    blocks.push(block(2, 1, Buffer.concat(said)))
  }
  const hash = createHash('sha256')
    .update(header)
    .update(u32(crc32(header)))
  for (const one of blocks) hash.update(one)
  return hash.update(footer(rows, blocks)).digest('hex')
}

function rowBlocks(rows: readonly ModelRow[]): Uint8Array[] {
  const blocks: Uint8Array[] = []
  let pending: Uint8Array[] = []
  let bytes = 0
  const end = (): void => {
    if (pending.length > 0) blocks.push(block(1, pending.length, Buffer.concat(pending)))
    pending = []
    bytes = 0
  }
  for (const row of rows.map(rowBytes)) {
    if (bytes + row.length > blockBytesMax) end()
    pending.push(row)
    bytes += row.length
  }
  end()
  return blocks
}

function footer(rows: readonly ModelRow[], blocks: readonly Uint8Array[]): Uint8Array {
  const leases = rows.filter(({ expireAt }) => expireAt !== undefined)
  const sums = blocks.reduce((sum, one) => crc32(one.subarray(-4), sum), 0)
  return block(3, 1, Buffer.concat([u64(rows.length), u64(leases.length), u64(bytesIn(rows)), u32(sums)]))
}

/** Of keys and values. */
export function bytesIn(rows: readonly ModelRow[]): number {
  return rows.reduce((sum, { key, value }) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0)
}

function block(kind: number, count: number, payload: Uint8Array): Uint8Array {
  const body = Buffer.concat([u8(kind), u32(count), u32(payload.length), payload])
  return Buffer.concat([body, u32(crc32(body))])
}

function rowBytes({ key, value, createIndex, modIndex, expireAt }: ModelRow): Uint8Array {
  const [name, stored] = [Buffer.from(key), Buffer.from(value)]
  const numbers = [u64(createIndex), u64(modIndex), u64(expireAt ?? 0)]
  return Buffer.concat([u16(name.length), u32(stored.length), ...numbers, name, stored])
}

function keyBytes(key: string): Uint8Array {
  const bytes = Buffer.from(key)
  return Buffer.concat([u16(bytes.length), bytes])
}

const nothing = new Uint8Array()

function u8(value: number): Uint8Array {
  return Uint8Array.of(value)
}

function u16(value: number): Uint8Array {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function u64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}
