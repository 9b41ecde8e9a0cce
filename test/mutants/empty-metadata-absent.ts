import { type Mutant, wrapping } from './mutant.ts'
import { WrappedLog } from './wrapped-log.ts'

class EmptyMetadataAbsent extends WrappedLog {
  override getMeta(key: string): Uint8Array | undefined {
    const value = this.inner.getMeta(key)
    return value?.length === 0 ? undefined : value
  }
}

export const emptyMetadataAbsent: Mutant = {
  bug: 'Metadata of no bytes is taken for absent.',
  caughtBy: ['LOG-META-005'],
  createAdapter: wrapping(EmptyMetadataAbsent),
}
