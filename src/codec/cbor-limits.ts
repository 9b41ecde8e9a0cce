/** What the CBOR codec takes, when encoding and when decoding: nothing may be stored that could not be read back. */
export interface CborLimits {
  /** Deepest nesting: a recursive decoder ends on its stack. */
  readonly depth: number
  /** Most properties of an object: its head is written with 16 bits. */
  readonly properties: number
  /** Largest bigint: decoding one takes the square of its length. */
  readonly bigintBytes: number
}

export const cborLimits: CborLimits = Object.freeze({ depth: 500, properties: 65_535, bigintBytes: 4096 })
