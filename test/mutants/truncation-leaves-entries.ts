import { MemoryMedium } from '../../src/log/memory/memory-medium.ts'
import { type Mutant, onMedium } from './mutant.ts'

class TruncationLeavesEntries extends MemoryMedium {
  override write(...[writes, ...others]: Parameters<MemoryMedium['write']>): void {
    const remove = writes.remove.filter((index) => index < writes.cursor.first)
    super.write({ ...writes, remove }, ...others)
  }
}

export const truncationLeavesEntries: Mutant = {
  bug: 'A truncation moves the cursor and leaves its entries on the medium.',
  caughtBy: ['LOG-REPLACE-005', 'LOG-AUDIT-002'],
  createAdapter: onMedium(TruncationLeavesEntries),
}
