import { MemoryMedium } from '../../src/log/memory/memory-medium.ts'
import { type Mutant, onMedium } from './mutant.ts'

class NeverReclaims extends MemoryMedium {
  override write(...[writes, ...others]: Parameters<MemoryMedium['write']>): void {
    const remove = writes.remove.filter((index) => index >= writes.cursor.first)
    super.write({ ...writes, remove }, ...others)
  }
}

export const neverReclaims: Mutant = {
  bug: 'The space of trimmed entries is never given back.',
  caughtBy: ['LOG-TRIM-011', 'LOG-TRIM-013'],
  createAdapter: onMedium(NeverReclaims),
}
