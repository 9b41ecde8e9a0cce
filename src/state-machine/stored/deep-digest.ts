import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { encodeState } from '../canonical/encode-state.ts'
import type { StateFormat } from '../core/values.ts'
import type { StateReader } from '../medium.ts'

/** The SHA-256 of a state's canonical stream. The event loop has its turn between its pieces. */
export async function deepDigest(state: StateReader, format: StateFormat): Promise<string> {
  const hash = createHash('sha256')
  for (const piece of encodeState(state, format)) {
    hash.update(piece)
    await nextTurn()
  }
  return hash.digest('hex')
}
