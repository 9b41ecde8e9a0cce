import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { decodeFrame, encodeFrame, frameOverheadBytes, openFrame } from '../../src/codec/index.ts'
import { propertyParameters } from '../property-parameters.ts'

const key = fc.uint8Array({ minLength: 1, maxLength: 40 })
const payload = fc.oneof(
  { weight: 4, arbitrary: fc.uint8Array({ maxLength: 60 }) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 1000, maxLength: 9000 }) },
)

test('law: what is framed is read back under its key', () => {
  fc.assert(
    fc.property(key, payload, (under, bytes) => {
      const { payload: read, defect } = decodeFrame(under, encodeFrame(under, bytes))
      assert.equal(defect, undefined)
      assert.ok(read && Buffer.compare(read, bytes) === 0)
    }),
    propertyParameters(1000),
  )
})

test('law: one flipped bit of frame or key is a defect, never data', () => {
  fc.assert(
    fc.property(key, payload, fc.nat(), (under, bytes, at) => {
      const frame = encodeFrame(under, bytes)
      const all = Buffer.concat([under, frame])
      const bit = at % (all.length * 8)
      all[bit >> 3] = (all[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.equal(
        decodeFrame(all.subarray(0, under.length), all.subarray(under.length)).defect?.kind,
        'checksum',
      )
    }),
    propertyParameters(2000),
  )
})

test('law: a burst of up to four damaged bytes is a defect, never data', () => {
  const burst = fc
    .uint8Array({ minLength: 1, maxLength: 4 })
    .filter((bytes) => bytes.some((byte) => byte !== 0))
  fc.assert(
    fc.property(key, payload, fc.nat(), burst, (under, bytes, at, damage) => {
      const frame = encodeFrame(under, bytes)
      // Inside the payload: a checksum of 32 bits finds every burst that is no longer than it.
      const from = frameOverheadBytes + (at % Math.max(1, bytes.length))
      const before = Buffer.from(frame)
      damage.forEach((byte, offset) => {
        if (from + offset < frame.length) frame[from + offset] = (frame[from + offset] ?? 0) ^ byte
      })
      const { defect } = decodeFrame(under, frame)
      assert.equal(defect?.kind, before.equals(frame) ? undefined : 'checksum')
    }),
    propertyParameters(2000),
  )
})

test('law: a frame cut short or made longer is a defect, never data', () => {
  fc.assert(
    fc.property(
      key,
      payload,
      fc.nat(),
      fc.uint8Array({ minLength: 1, maxLength: 9 }),
      (under, bytes, at, more) => {
        const frame = encodeFrame(under, bytes)
        assert.ok(decodeFrame(under, frame.subarray(0, at % frame.length)).defect)
        // A checksum of 32 bits is passed by chance once in 2^32.
        assert.ok(decodeFrame(under, Buffer.concat([frame, more])).defect)
      },
    ),
    propertyParameters(1000),
  )
})

test('law: a frame read under another key is a defect, never data', () => {
  fc.assert(
    fc.property(key, key, payload, (under, other, bytes) => {
      fc.pre(Buffer.compare(under, other) !== 0)
      assert.ok(decodeFrame(other, encodeFrame(under, bytes)).defect)
    }),
    propertyParameters(1000),
  )
})

test('law: decodeFrame() never throws, whatever the bytes', () => {
  fc.assert(
    fc.property(key, fc.uint8Array({ maxLength: 40 }), (under, bytes) => {
      const { payload: read, defect } = decodeFrame(under, bytes)
      assert.notEqual(read === undefined, defect === undefined)
    }),
    propertyParameters(2000),
  )
})

test('law: a frame that is opened where it lies is found to be what one is that is copied', () => {
  fc.assert(
    fc.property(key, payload, fc.nat(), fc.boolean(), (under, bytes, at, isDamaged) => {
      const frame = Buffer.from(encodeFrame(under, bytes))
      if (isDamaged) frame.writeUInt8((frame.at(at % frame.length) ?? 0) ^ 0x10, at % frame.length)
      const [opened, decoded] = [openFrame(under, frame), decodeFrame(under, frame)]
      assert.deepEqual(opened.defect, decoded.defect)
      if (opened.payload === undefined) return
      assert.ok(Buffer.compare(opened.payload, decoded.payload ?? Buffer.of()) === 0)
      assert.equal(opened.payload.buffer, frame.buffer)
    }),
    propertyParameters(500),
  )
})
