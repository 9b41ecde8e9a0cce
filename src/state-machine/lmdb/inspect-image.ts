import { LmdbSnapshot } from '../../lmdb/index.ts'
import type { ImageContent } from '../medium.ts'
import { databaseNames } from './records.ts'
import { LmdbTables } from './tables.ts'

/**
 * What the LMDB state in `directory` says of itself, read-only and after its file was found to be all there. `undefined`: it has no
 * state, as its making was cut short.
 * @throws {CorruptionError} @throws {FormatVersionError}
 */
export function inspectImage(name: string, directory: string): ImageContent | undefined {
  const snapshot = LmdbSnapshot.open(directory, databaseNames[2], 'meta')
  try {
    const meta = snapshot.database
    if (meta === undefined) return undefined
    // Only what is in `meta` is asked for.
    const tables = new LmdbTables(name, [meta, meta, meta])
    return { ...tables.head(), format: tables.format() }
  } finally {
    snapshot.close()
  }
}
