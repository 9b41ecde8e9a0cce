/** The smallest things that a power loss can take. */
import type { NodeNumber } from '../event.ts'

interface Common {
  /** In the order of the calls. */
  readonly number: number
  /** The call that it is a part of, by the number of its event. */
  readonly event: number
  readonly node: NodeNumber
  /** In words, for reports. */
  readonly text: string
  /** It was synced: nothing takes it any more. */
  isDurable: boolean
  /** A sync of it failed: no later one makes it durable. */
  isDoomed: boolean
}

/** Bytes of a file. */
export interface DataUnit extends Common {
  readonly kind: 'data'
  readonly offset: number
  readonly bytes: Uint8Array
}

/** The size of a file. */
export interface SizeUnit extends Common {
  readonly kind: 'size'
  readonly size: number
  /** Larger than it was, by the write of the same call or by a call that adds zeroes. */
  readonly isGrowing: boolean
  readonly isByWrite: boolean
  /** Where a larger size is there already, that stays. */
  readonly isAtLeast?: boolean
}

/** What a name in a directory, `node`, stands for. */
export interface EntryUnit extends Common {
  readonly kind: 'entry'
  readonly name: string
  /** `undefined`: nothing has the name. */
  readonly target: NodeNumber | undefined
  readonly isByRename: boolean
  /** Another file had the name. */
  readonly isReplacing: boolean
}

export type Unit = DataUnit | SizeUnit | EntryUnit

/** Bytes that a disk writes whole or not at all. */
export const sectorBytes = 512

/** How much of one unit survived: all of it, or those sectors of its bytes, counted from the one that its first byte is in. */
export type Survival = 'whole' | ReadonlySet<number>

/** What survived of the units that were not durable, by their number. What is not in it was lost. */
export type Survivors = ReadonlyMap<number, Survival>

export function sectorCount({ offset, bytes }: DataUnit): number {
  const first = Math.floor(offset / sectorBytes)
  return Math.ceil((offset + bytes.length) / sectorBytes) - first
}
