/** The bytes on the disk, written down a second time from docs/format.md. */
import { crc32 } from 'node:zlib'
import { open } from 'lmdb'
import { expect, test } from 'vitest'
import { openLmdbLog } from '../../src/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const binary = { encoding: 'binary', keyEncoding: 'binary', cache: false } as const

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

/** A key and the frame of what is stored under it, in hexadecimal. */
function record(key: Buffer, payload: Uint8Array): readonly [string, string] {
  const version = Buffer.of(1)
  const checksum = u32(crc32(Buffer.concat([version, key, payload])))
  return [key.toString('hex'), Buffer.concat([version, checksum, payload]).toString('hex')]
}

function recordsIn(directory: string): (readonly [string, string])[] {
  const root = open<Buffer, Buffer>({ path: directory, noSubdir: false, readOnly: true, ...binary })
  const database = root.openDB<Buffer, Buffer>({ name: 'log', ...binary })
  const records = Array.from(
    database.getRange({}),
    ({ key, value }) => [Buffer.from(key).toString('hex'), Buffer.from(value).toString('hex')] as const,
  )
  void root.close()
  return records
}

/** Of every length around a word, few and many of them, and two that are framed by themselves. */
const entries = [
  ...Array.from({ length: 600 }, (_, at) => new Uint8Array(at % 300).fill(at)),
  new Uint8Array(700).fill(5),
  new Uint8Array(40_000).fill(6),
  ...Array.from({ length: 40 }, (_, at) => new Uint8Array(256).fill(at)),
  new Uint8Array(33_000).fill(7),
]

test('a log is on the disk as docs/format.md says, however its entries are committed', () => {
  const directory = temporaryDirectory()
  const name = Buffer.from('námē')
  {
    using log = openLmdbLog(directory)
    log.commit([{ kind: 'append', entries: entries.slice(0, 1) }])
    log.commit([{ kind: 'append', entries: entries.slice(1, 12) }])
    log.commit([{ kind: 'setMeta', key: 'námē', value: Buffer.from('value') }])
    log.commit([{ kind: 'append', entries: entries.slice(12) }])
  }
  expect(recordsIn(directory)).toEqual([
    record(Buffer.of(1), Buffer.concat([u64(0), u64(0), u64(entries.length), u64(0)])),
    record(Buffer.concat([Buffer.of(2), name]), Buffer.from('value')),
    ...entries.map((entry, index) => record(Buffer.concat([Buffer.of(3), u64(index)]), entry)),
  ])
})
