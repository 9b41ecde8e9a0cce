/**
 * The operations whose names are known beforehand, so that their series can be there at 0 before anything fails: those of the
 * log itself, of Paxos storage and of Raft storage. An engine may name others; theirs begin with their first write.
 */
import type { WriteClass } from '../observer.ts'

export interface KnownOperation {
  readonly name: string
  /** In which classes it may be written: an embedder may raise a deferred operation to a commit. */
  readonly classes: readonly WriteClass[]
}

const committed: readonly WriteClass[] = ['commit']
const either: readonly WriteClass[] = ['commit', 'deferred']

export const knownOperations: readonly KnownOperation[] = [
  { name: 'commit', classes: committed },
  { name: 'defer', classes: ['deferred'] },
  { name: 'flush', classes: committed },
  { name: 'reclaim', classes: committed },
  { name: 'close', classes: committed },
  { name: 'append_entry', classes: committed },
  { name: 'append_entries', classes: committed },
  { name: 'append_on_prefix', classes: committed },
  { name: 'set_promise', classes: committed },
  { name: 'set_accepted_round', classes: committed },
  { name: 'set_stopsign', classes: committed },
  { name: 'set_decided_idx', classes: either },
  { name: 'set_compacted_idx', classes: either },
  { name: 'trim', classes: either },
  { name: 'set_snapshot', classes: either },
  { name: 'write_atomically', classes: either },
  { name: 'append', classes: committed },
  { name: 'replace_suffix', classes: committed },
  { name: 'truncate', classes: committed },
  { name: 'purge', classes: ['deferred'] },
  { name: 'install_snapshot', classes: committed },
  { name: 'reset', classes: committed },
  { name: 'save_hard_state', classes: either },
  { name: 'save_with', classes: committed },
]
