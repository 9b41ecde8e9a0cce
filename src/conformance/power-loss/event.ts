/**
 * What a workload asked of the disk, call by call, in the order in which the calls returned. Plain values, fit for JSON but
 * for the bytes: a list of them is all that is needed to rebuild what a power loss could leave.
 */

import type { HistoryOperation } from '../history.ts'
import type { ChildLine } from '../kill/protocol.ts'
import type { Outcome } from '../oracle.ts'

/** A file or a directory, whatever names it has. The directory that holds everything is {@link rootNode}. */
export type NodeNumber = number

export const rootNode = 0

interface Call {
  /** The call in words, for reports. */
  readonly text: string
}

/** What a workload says: the child of the kill suite, and those that go on where it would end. */
export type WorkloadLine<O = HistoryOperation> =
  | ChildLine<O>
  /** The store could not be opened, and is tried once more. */
  | { readonly kind: 'open-failed'; readonly outcome: Outcome }
  /** It was opened after a power loss, and is at what its subject calls this position. */
  | { readonly kind: 'recovered'; readonly kept: number }

export type DiskEvent =
  | (Call & {
      readonly kind: 'create'
      readonly directory: NodeNumber
      readonly name: string
      readonly node: NodeNumber
      readonly type: 'file' | 'directory'
    })
  | (Call & {
      readonly kind: 'link'
      readonly directory: NodeNumber
      readonly name: string
      readonly node: NodeNumber
    })
  | (Call & { readonly kind: 'unlink'; readonly directory: NodeNumber; readonly name: string })
  | (Call & {
      readonly kind: 'rename'
      readonly node: NodeNumber
      readonly fromDirectory: NodeNumber
      readonly fromName: string
      readonly directory: NodeNumber
      readonly name: string
      /** Whether something had the new name. */
      readonly isReplacing: boolean
    })
  | (Call & {
      readonly kind: 'write'
      readonly node: NodeNumber
      readonly offset: number
      readonly bytes: Uint8Array
      /** Through a descriptor with O_DSYNC or O_SYNC: durable when the call returned. */
      readonly isSynced: boolean
      /** Zeroes within the file as it is: bytes beyond its end are not added. */
      readonly isWithin: boolean
    })
  | (Call & {
      /** Within the kernel: the bytes are those that the source has at this moment. */
      readonly kind: 'copy'
      readonly node: NodeNumber
      readonly offset: number
      readonly source: NodeNumber
      readonly sourceOffset: number
      readonly length: number
      /** As of a write. */
      readonly isSynced: boolean
    })
  | (Call & { readonly kind: 'resize'; readonly node: NodeNumber; readonly size: number })
  | (Call & {
      readonly kind: 'sync'
      /** `undefined`: everything. */
      readonly node: NodeNumber | undefined
      readonly isDataOnly: boolean
      /** The call began when so many events were recorded: it need not have synced those that came while it ran. */
      readonly begunAfter: number
    })
  | (Call & {
      /** The kernel takes the pages for clean from here on: no later sync writes what was not yet written. */
      readonly kind: 'failed-sync'
      readonly node: NodeNumber
    })
  | (Call & {
      /** It was there before anything was recorded, and is durable. */
      readonly kind: 'found'
      readonly directory: NodeNumber
      readonly name: string
      readonly node: NodeNumber
      /** `undefined`: a directory. */
      readonly bytes: Uint8Array | undefined
    })
  /** What the workload said: what it is about to do, and how that ended. */
  | { readonly kind: 'line'; readonly line: WorkloadLine<unknown> }

/** One step of a recording. `cannotJudge` says what the workload did that is not modelled: nothing after it counts. */
export type Recorded = DiskEvent | { readonly kind: 'cannot-judge'; readonly why: string }
