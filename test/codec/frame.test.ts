import assert from 'node:assert/strict'
import { crc32 } from 'node:zlib'
import { describe, test } from 'vitest'
import {
  decodeFrame,
  describeDefect,
  encodeFrame,
  frameOverheadBytes,
  frameVersion,
} from '../../src/codec/index.ts'

const key = Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 9)
const payload = Uint8Array.of(1, 2, 250, 0)

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = new Uint8Array(bytes)
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return copy
}

/** Frames with `version` and a checksum that fits it, as a later format might. */
function frameOfVersion(version: number): Uint8Array {
  const frame = encodeFrame(key, payload)
  frame[0] = version
  new DataView(frame.buffer, frame.byteOffset).setUint32(
    1,
    crc32(payload, crc32(key, crc32(Uint8Array.of(version)))),
  )
  return frame
}

describe('encodeFrame()', () => {
  test('writes the version, the checksum and the payload', () => {
    const frame = encodeFrame(key, payload)
    assert.equal(frame.length, frameOverheadBytes + payload.length)
    assert.equal(frame[0], frameVersion)
    assert.deepEqual(new Uint8Array(frame.subarray(frameOverheadBytes)), payload)
  })

  test('has a checksum over version, key and payload', () => {
    const whole = Buffer.concat([Uint8Array.of(frameVersion), key, payload])
    const frame = encodeFrame(key, payload)
    assert.equal(new DataView(frame.buffer, frame.byteOffset).getUint32(1), crc32(whole))
  })

  test('copies the payload', () => {
    const given = new Uint8Array(payload)
    const frame = encodeFrame(key, given)
    given.fill(0)
    assert.deepEqual(decodeFrame(key, frame), { payload })
  })

  test.each([
    ['new', new Uint8Array(0)],
    ['cloned, which has no memory at all', structuredClone(new Uint8Array(0))],
    ['at the end of a buffer', new Uint8Array(5).subarray(5)],
  ])('frames an empty payload alike when it is %s', (_, given) => {
    const frame = encodeFrame(key, given)
    assert.deepEqual(frame, encodeFrame(key, Buffer.alloc(0)))
    assert.deepEqual(decodeFrame(key, frame), { payload: new Uint8Array(0) })
  })
})

describe('decodeFrame()', () => {
  test('finds a defect after any flip of one bit of the frame', () => {
    const frame = encodeFrame(key, payload)
    for (let bit = 0; bit < frame.length * 8; bit++) {
      const result = decodeFrame(key, flipped(frame, bit))
      assert.equal(result.defect?.kind, 'checksum', `bit ${bit}`)
      assert.equal(result.payload, undefined, `bit ${bit}`)
    }
  })

  test('finds a defect after any flip of one bit of the key', () => {
    const frame = encodeFrame(key, payload)
    for (let bit = 0; bit < key.length * 8; bit++) {
      assert.equal(decodeFrame(flipped(key, bit), frame).defect?.kind, 'checksum', `bit ${bit}`)
    }
  })

  test('finds a defect at every shorter length', () => {
    const frame = encodeFrame(key, payload)
    for (let length = 0; length < frame.length; length++) {
      const { defect } = decodeFrame(key, frame.subarray(0, length))
      assert.equal(defect?.kind, length < frameOverheadBytes ? 'truncated' : 'checksum', `length ${length}`)
    }
  })

  test('says how many bytes a truncated frame has, and how many it needs', () => {
    assert.deepEqual(decodeFrame(key, new Uint8Array(3)), {
      defect: { kind: 'truncated', expectedBytes: frameOverheadBytes, actualBytes: 3 },
    })
  })

  test('finds a defect in a frame of zeros', () => {
    assert.ok(decodeFrame(key, new Uint8Array(frameOverheadBytes)).defect)
  })

  test('finds a defect when a byte follows', () => {
    const longer = Buffer.concat([encodeFrame(key, payload), Uint8Array.of(0)])
    assert.equal(decodeFrame(key, longer).defect?.kind, 'checksum')
  })

  test.each([0, 2, 255])('says the version of a frame of version %i whose checksum fits it', (version) => {
    assert.deepEqual(decodeFrame(key, frameOfVersion(version)), {
      defect: { kind: 'version', found: version },
    })
  })

  test('calls a version byte that alone was changed a checksum defect: it is no newer format', () => {
    const frame = encodeFrame(key, payload)
    for (let version = 0; version < 256; version++) {
      frame[0] = version
      const expected = version === frameVersion ? undefined : 'checksum'
      assert.equal(decodeFrame(key, frame).defect?.kind, expected, `version ${version}`)
    }
  })

  test('gives a copy: the frame may be reused', () => {
    const frame = encodeFrame(key, payload)
    const decoded = decodeFrame(key, frame)
    frame.fill(0)
    assert.deepEqual(decoded, { payload })
  })

  test('reads a frame that lies in the middle of a buffer', () => {
    const padded = Buffer.concat([Uint8Array.of(9, 9, 9), encodeFrame(key, payload), Uint8Array.of(9)])
    assert.deepEqual(decodeFrame(key, padded.subarray(3, -1)), { payload })
  })
})

test('describeDefect() says each defect in words, with its numbers', () => {
  assert.equal(
    describeDefect({ kind: 'truncated', expectedBytes: 5, actualBytes: 2 }),
    '2 bytes where at least 5 belong',
  )
  assert.equal(
    describeDefect({ kind: 'checksum', stored: 1, computed: 0xdeadbeef }),
    'checksum 0x00000001 where 0xdeadbeef belongs',
  )
  assert.equal(describeDefect({ kind: 'version', found: 7 }), 'format version 7')
})
