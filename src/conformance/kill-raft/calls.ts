/** Which calls a history of Raft storage may have. */

/** What a history may ask for. What is not promised is never asked for. */
export interface RaftCalls {
  /** Snapshots are kept by the storage. Else they are its engine's, which tells of them by purging and installing. */
  readonly snapshots: boolean
  readonly installSnapshot: boolean
  readonly saveWith: boolean
  readonly appendConflicting: boolean
  readonly purge: boolean
  /** The log may be left without entries after a boundary. */
  readonly emptying: boolean
}

/** What `RaftStorage` promises. */
export const everyRaftCall: RaftCalls = {
  ...{ snapshots: true, installSnapshot: true, saveWith: true },
  ...{ appendConflicting: true, purge: true, emptying: true },
}
