import { createHash } from 'node:crypto'
import { encodeStateInTurns } from '../canonical/encode-state.ts'
import type { StateFormat } from '../core/values.ts'
import type { StateReader } from '../medium.ts'

/** The SHA-256 of a state's canonical stream. The event loop has its turn every few milliseconds. */
export async function deepDigest(state: StateReader, format: StateFormat): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of encodeStateInTurns(state, format)) hash.update(piece)
  return hash.digest('hex')
}
