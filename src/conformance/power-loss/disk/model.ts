/** What file systems promise about writes that were not synced. `docs/power-loss.md` says where each rule comes from. */
import type { NodeNumber } from '../event.ts'
import type { Disk, SyncOf, SyncRule } from './disk.ts'
import type { DataUnit, EntryUnit, SizeUnit, Survivors, Unit } from './unit.ts'

/**
 * - `posix`: nothing is ordered but by a sync.
 * - `journaled`: what ext4 with ordered data gives. Every image of it is also one of `posix`.
 */
export const diskModelNames = ['posix', 'journaled'] as const

export type DiskModelName = (typeof diskModelNames)[number]

export interface DiskModel extends SyncRule {
  /** The smallest legal survivors that hold `chosen`. `pending` is in order. */
  complete(pending: readonly Unit[], chosen: Survivors): Survivors
}

const posix: DiskModel = {
  complete: (_, chosen) => chosen,
  syncedWith: () => new Set(),
}

const journaled: DiskModel = {
  complete: (pending, chosen) => {
    const survivors = new Map(chosen)
    for (const unit of closure(pending, (one) => survivors.get(one.number) !== undefined)) {
      if (needsWhole(pending, unit, survivors)) survivors.set(unit.number, 'whole')
    }
    return survivors
  },
  syncedWith: (disk, units, sync) => {
    const last = units.findLast((unit) => isCommitting(disk, unit, sync))
    // Of what was synced itself, too, the journal holds all that came before.
    return closure(units, (unit) => unit.isDurable || (last !== undefined && unit === last))
  },
}

export const diskModels: Readonly<Record<DiskModelName, DiskModel>> = { posix, journaled }

/** A torn write stays torn unless something that survived needs all of it. */
function needsWhole(pending: readonly Unit[], unit: Unit, survivors: Survivors): boolean {
  if (survivors.get(unit.number) === undefined) return true
  if (unit.kind !== 'data' || survivors.get(unit.number) === 'whole') return false
  return pending.some((one) => survivors.has(one.number) && needs(one, unit))
}

/** Everything that must be there when what `isThere` says is. */
function closure(units: readonly Unit[], isThere: (unit: Unit) => boolean): ReadonlySet<Unit> {
  const there = new Set(units.filter(isThere))
  let countBefore = -1
  while (there.size !== countBefore) {
    countBefore = there.size
    for (const one of [...there]) {
      for (const unit of units) if (!there.has(unit) && needs(one, unit)) there.add(unit)
    }
  }
  return there
}

/** Whether `unit` cannot have been lost when `one` was not. */
function needs(one: Unit, unit: Unit): boolean {
  if (one === unit) return false
  const isSameCall = one.event === unit.event
  if (isJournaledInOrder(unit) && isMetadata(one) && (unit.number < one.number || isSameCall)) return true
  if (unit.number > one.number && !isSameCall) return false
  if (one.kind === 'size' && one.isGrowing && one.isByWrite)
    return unit.node === one.node && (isGrowth(unit) || (unit.kind === 'data' && reaches(unit, one)))
  return isReplacement(one) && unit.kind !== 'entry' && unit.node === one.target
}

/** The bytes that a size covers were written before it: no block shows what it held before. */
function reaches(data: DataUnit, size: SizeUnit): boolean {
  return data.event === size.event
}

function isMetadata(unit: Unit): unit is SizeUnit | EntryUnit {
  return unit.kind !== 'data'
}

/** A file that grows by a write is given its blocks and its size when the write reaches the disk, which may be late. */
function isGrowth(unit: Unit): unit is SizeUnit {
  return unit.kind === 'size' && unit.isGrowing && unit.isByWrite
}

function isJournaledInOrder(unit: Unit): boolean {
  return isMetadata(unit) && !isGrowth(unit)
}

function isReplacement(unit: Unit): unit is EntryUnit & { readonly target: NodeNumber } {
  return unit.kind === 'entry' && unit.isReplacing && unit.target !== undefined
}

/** Whether a sync must commit the journal for it. Asked before what is synced is taken out of what is pending. */
function isCommitting(disk: Disk, unit: Unit, { node, isDataOnly }: SyncOf): boolean {
  if (!isMetadata(unit)) return false
  if (node === undefined || unit.node === node) return true
  if (unit.kind !== 'entry' || unit.target !== node) return false
  return !isDataOnly || disk.nodes.get(node)?.type === 'directory' || !unit.isByRename
}
