import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { CorruptionError, FormatVersionError } from '../../src/errors.ts'
import { assertDataFileIsWhole } from '../../src/lmdb/data-file.ts'
import { propertyParameters } from '../property-parameters.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { buildDataFile, realDatabases } from './real-databases.ts'

interface Damage {
  /** Fraction of the length that is kept. */
  readonly kept: number
  /** In the meta pages: place as a fraction of them, and what is added to the byte. */
  readonly metaFlips: readonly (readonly [number, number])[]
  /** Behind them: page as a fraction of all, offset in it, and bytes that are written there. */
  readonly scribbles: readonly (readonly [number, number, Uint8Array])[]
  /** Whether both meta pages claim a length that sends the check through all pages. */
  readonly claimsMore: boolean
}

const fraction = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
/** Headers and pointers are at the head of a page, nodes anywhere. */
const offsetInPage = fc.oneof(fc.integer({ min: 16, max: 63 }), fc.nat({ max: 511 }))
const scribble = fc.tuple(fraction, offsetInPage, fc.uint8Array({ minLength: 1, maxLength: 64 }))
const damage: fc.Arbitrary<Damage> = fc.record({
  kept: fc.oneof({ weight: 2, arbitrary: fc.constant(1) }, fraction),
  metaFlips: fc.array(fc.tuple(fraction, fc.integer({ min: 1, max: 255 })), { maxLength: 4 }),
  scribbles: fc.array(scribble, { maxLength: 12 }),
  claimsMore: fc.boolean(),
})

function damaged(whole: Buffer, by: Damage): Buffer {
  const bytes = Buffer.from(whole)
  const pageSize = whole.readUInt32LE(48)
  if (by.claimsMore) for (const meta of [0, pageSize]) bytes.writeBigUInt64LE(2n ** 40n, meta + 144)
  for (const [place, added] of by.metaFlips) {
    // The facts stand in the first 160 bytes of a page; the rest of it is zeros.
    const at = Math.floor(place * 320)
    const offset = at < 160 ? at : pageSize + at - 160
    bytes.writeUInt8(((bytes[offset] ?? 0) + added) % 256, offset)
  }
  const pages = whole.length / pageSize - 2
  for (const [place, offset, scribbled] of by.scribbles) {
    const at = (2 + Math.floor(place * pages)) * pageSize + offset
    bytes.set(scribbled.subarray(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length))
  }
  return bytes.subarray(0, Math.floor(by.kept * bytes.length))
}

describe.each(realDatabases)('a database with $name', (database) => {
  let whole: Buffer
  beforeAll(async () => {
    whole = await buildDataFile(database)
  })

  test('assertDataFileIsWhole() ends in a return or a typed error, whatever the bytes are', () => {
    const directory = temporaryDirectory()
    const path = join(directory, 'data.mdb')
    fc.assert(
      fc.property(damage, (by) => {
        writeFileSync(path, damaged(whole, by))
        try {
          assertDataFileIsWhole(path)
        } catch (error) {
          const isTyped = error instanceof CorruptionError || error instanceof FormatVersionError
          expect(isTyped, String(error)).toBe(true)
        }
      }),
      propertyParameters(200),
    )
  })
})
