export { crc32, crc32OfByte } from './checksum.ts'
export { bytesCodec, type Codec, createCborCodec } from './codec.ts'
export {
  checksumOfKey,
  decodeFrame,
  describeDefect,
  encodeFrame,
  encodeFrameAround,
  type FrameDefect,
  type FrameResult,
  frameOverheadBytes,
  frameVersion,
  openFrame,
} from './frame.ts'
export { FrameBatch } from './frame-batch.ts'
export { readU32, readU64, writeU32, writeU64 } from './u64.ts'
