import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class MetadataKeysIgnoreCase extends WrappedLog {
  override getMeta(key: string): Uint8Array | undefined {
    return this.inner.getMeta(key) ?? this.inner.getMeta(typeof key === 'string' ? key.toLowerCase() : key)
  }
}

export const metadataKeysIgnoreCase: Mutant = {
  bug: 'Names of metadata that differ in case are one name.',
  caughtBy: ['LOG-META-001'],
  createAdapter: wrapping(MetadataKeysIgnoreCase),
}
