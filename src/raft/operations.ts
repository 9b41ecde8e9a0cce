/** The writes of Raft storage, as metrics, errors and failpoint sites call them. */
export const raftOperations = [
  'append',
  'replace_suffix',
  'truncate',
  'purge',
  'install_snapshot',
  'reset',
  'save_hard_state',
  'save_with',
] as const

export type RaftOperation = (typeof raftOperations)[number]
