/**
 * What a workload asked of the disk, call by call, in the order in which the calls returned. Plain values, fit for JSON but
 * for the bytes: a list of them is all that is needed to rebuild what a power loss could leave.
 */
import type { ChildLine } from '../kill/protocol.ts'

/** A file or a directory, whatever names it has. The directory that holds everything is {@link rootNode}. */
export type NodeNumber = number

export const rootNode = 0

interface Call {
  /** The call in words, for reports. */
  readonly text: string
}

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
  | (Call & { readonly kind: 'resize'; readonly node: NodeNumber; readonly size: number })
  | (Call & {
      readonly kind: 'sync'
      /** `undefined`: everything. */
      readonly node: NodeNumber | undefined
      readonly isDataOnly: boolean
      /** The call began when so many events were recorded: it need not have synced those that came while it ran. */
      readonly begunAfter: number
    })
  /** What the workload said: what it is about to do, and how that ended. */
  | { readonly kind: 'line'; readonly line: ChildLine }

/** One step of a recording. `cannotJudge` says what the workload did that is not modelled: nothing after it counts. */
export type Recorded = DiskEvent | { readonly kind: 'cannot-judge'; readonly why: string }
