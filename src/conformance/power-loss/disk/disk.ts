/**
 * The disk while a workload runs: of every file and directory what is durable, and what was asked for since. See
 * `docs/power-loss.md` for what each call means.
 */
import { type DiskEvent, type NodeNumber, rootNode } from '../event.ts'
import { FileContent } from './file-content.ts'
import type { DataUnit, EntryUnit, SizeUnit, Unit } from './unit.ts'

export interface FileNode {
  readonly type: 'file'
  readonly label: string
  /** What is durable, before all of `units`. */
  readonly content: FileContent
  /** In order. A durable one stays here while one before it is not: which of them is seen depends on their order. */
  units: (DataUnit | SizeUnit)[]
  /** As the workload sees it. */
  size: number
}

export interface DirectoryNode {
  readonly type: 'directory'
  readonly label: string
  readonly entries: Map<string, NodeNumber>
  units: EntryUnit[]
}

export type DiskNode = FileNode | DirectoryNode

/** Says what a sync makes durable beyond what it names: one of the models. */
export interface SyncRule {
  /** Units that are durable with it, of those that came before; what it names is durable already. */
  syncedWith(disk: Disk, units: readonly Unit[], sync: SyncOf): ReadonlySet<Unit>
}

export interface SyncOf {
  /** `undefined`: everything. */
  readonly node: NodeNumber | undefined
  readonly isDataOnly: boolean
}

type WriteEvent = Extract<DiskEvent, { kind: 'write' }>

type OmitKnown<T> = T extends Unit ? Omit<T, 'number' | 'event' | 'isDurable' | 'isDoomed'> : never

export class Disk {
  readonly nodes: Map<NodeNumber, DiskNode> = new Map()
  readonly #rule: SyncRule
  #eventCount = 0
  #unitCount = 0

  constructor(rule: SyncRule) {
    this.#rule = rule
    this.nodes.set(rootNode, { type: 'directory', label: '.', entries: new Map(), units: [] })
  }

  /** What a power loss could take now, in order. */
  pending(): Unit[] {
    const units = [...this.nodes.values()].flatMap((node): readonly Unit[] => node.units)
    return units.filter(({ isDurable }) => !isDurable).sort((a, b) => a.number - b.number)
  }

  /**
   * Does the next event. The moments that it goes through are yielded: a write that is durable on return was not while it ran.
   */
  *take(event: DiskEvent): Generator<void> {
    const number = this.#eventCount++
    switch (event.kind) {
      case 'line':
        return
      case 'found':
        this.#find(event)
        return
      case 'failed-sync':
        for (const unit of this.pending()) if (unit.node === event.node) unit.isDoomed = true
        break
      case 'create':
        this.#create(event, number)
        break
      case 'link':
        this.#entry(event.directory, event, { number, target: event.node })
        break
      case 'unlink':
        this.#entry(event.directory, event, { number, target: undefined })
        break
      case 'rename':
        this.#rename(event, number)
        break
      case 'write':
      case 'copy':
        this.#write(event.kind === 'copy' ? this.#copied(event) : event, number)
        if (!event.isSynced) break
        yield
        this.#sync({
          ...{ node: event.node, isDataOnly: true },
          isCovered: (unit) => unit.event === number,
          isReached: (unit) => unit.event <= number,
        })
        break
      case 'resize':
        this.#resize(event.node, event.size, { number, text: event.text, isByWrite: false })
        break
      case 'sync':
        this.#sync({ ...event, ...coveredBefore(event.begunAfter) })
        break
      default:
        event satisfies never
    }
    yield
  }

  #find({ directory, name, node, bytes, text }: Extract<DiskEvent, { kind: 'found' }>): void {
    this.nodes.set(node, nodeOf(text, bytes))
    const parent = this.nodes.get(directory)
    if (parent?.type !== 'directory')
      throw new Error('The recording is broken: a file was found in no directory')
    parent.entries.set(name, node)
  }

  #create(event: Extract<DiskEvent, { kind: 'create' }>, number: number): void {
    const label = event.text.slice(event.text.indexOf(' ') + 1)
    this.nodes.set(event.node, nodeOf(label, event.type === 'file' ? new Uint8Array(0) : undefined))
    this.#entry(event.directory, event, { number, target: event.node })
  }

  #rename(event: Extract<DiskEvent, { kind: 'rename' }>, number: number): void {
    const { directory, fromDirectory, fromName, text, node, isReplacing } = event
    this.#entry(directory, event, { number, target: node, isReplacing })
    this.#entry(fromDirectory, { name: fromName, text }, { number, target: undefined })
  }

  #entry(
    directory: NodeNumber,
    { name, text }: { readonly name: string; readonly text: string },
    at: {
      readonly number: number
      readonly target: NodeNumber | undefined
      readonly isReplacing?: boolean
    },
  ): void {
    const what = at.target === undefined ? `"${name}" is gone` : `"${name}" is there`
    this.#add(at.number, {
      kind: 'entry',
      node: directory,
      name,
      target: at.target,
      isByRename: at.isReplacing !== undefined,
      isReplacing: at.isReplacing ?? false,
      text: `${text} (the name: ${what})`,
    })
  }

  #copied(event: Extract<DiskEvent, { kind: 'copy' }>): WriteEvent {
    const { source, sourceOffset, length } = event
    const { content, units } = this.#file(source)
    const seen = content.after(units).bytes()
    return {
      ...event,
      kind: 'write',
      bytes: seen.slice(sourceOffset, sourceOffset + length),
      isWithin: false,
    }
  }

  #write(event: WriteEvent, number: number): void {
    const { node, offset, bytes, text } = event
    const end = offset + bytes.length
    this.#add(number, { kind: 'data', node, offset, bytes, text: `${text} (the bytes)` })
    if (event.isWithin) return
    const file = this.#file(node)
    if (end > file.size) this.#resize(node, end, { number, text, isByWrite: true })
    else if (end > sizeAtMost(file)) this.#growAgain(node, end, { number, text })
  }

  /** The size that a failed sync was to make durable never will be: bytes written there anew bring a size of their own. */
  #growAgain(node: NodeNumber, size: number, at: { readonly number: number; readonly text: string }): void {
    const text = `${at.text} (the size: at least ${size} bytes)`
    this.#add(at.number, {
      kind: 'size',
      node,
      size,
      isGrowing: true,
      isByWrite: true,
      isAtLeast: true,
      text,
    })
  }

  #resize(
    node: NodeNumber,
    size: number,
    at: { readonly number: number; readonly text: string; readonly isByWrite: boolean },
  ): void {
    const file = this.#file(node)
    const from = file.size
    if (size === from) return
    file.size = size
    const text = `${at.text} (the size: ${from} to ${size} bytes)`
    this.#add(at.number, { kind: 'size', node, size, isGrowing: size > from, isByWrite: at.isByWrite, text })
  }

  #file(number: NodeNumber): FileNode {
    const node = this.nodes.get(number)
    if (node?.type !== 'file') throw new Error(`The recording is broken: node ${number} is no file`)
    return node
  }

  #add(event: number, unit: OmitKnown<Unit>): void {
    const node = this.nodes.get(unit.node)
    if (node === undefined) throw new Error(`The recording is broken: there is no node ${unit.node}`)
    const units: Unit[] = node.units
    units.push({ ...unit, number: this.#unitCount++, event, isDurable: false, isDoomed: false } as Unit)
  }

  #sync({ isCovered, isReached, ...sync }: Sync): void {
    const pending = this.pending()
    const isNamed = ({ node }: Unit): boolean => sync.node === undefined || node === sync.node
    const settle = (unit: Unit): void => {
      unit.isDurable ||= !unit.isDoomed
    }
    for (const unit of pending) if (isNamed(unit) && isCovered(unit)) settle(unit)
    for (const unit of this.#rule.syncedWith(this, pending.filter(isReached), sync)) settle(unit)
    for (const node of this.nodes.values()) fold(node)
  }
}

/** The size that the file will have once everything is durable that can be. */
function sizeAtMost({ content, units }: FileNode): number {
  let { size } = content
  for (const unit of units) {
    if (unit.kind === 'size' && !unit.isDoomed) size = unit.isAtLeast ? Math.max(size, unit.size) : unit.size
  }
  return size
}

interface Sync extends SyncOf {
  /** Whether it syncs the unit, if that is one of the node. */
  readonly isCovered: (unit: Unit) => boolean
  /** Whether the unit came before it. */
  readonly isReached: (unit: Unit) => boolean
}

function coveredBefore(event: number): Pick<Sync, 'isCovered' | 'isReached'> {
  const isBefore = (unit: Unit): boolean => unit.event < event
  return { isCovered: isBefore, isReached: isBefore }
}

/** As it was before anything was asked for. */
function nodeOf(label: string, bytes: Uint8Array | undefined): DiskNode {
  if (bytes === undefined) return { type: 'directory', label, entries: new Map(), units: [] }
  return { type: 'file', label, content: FileContent.of(bytes), units: [], size: bytes.length }
}

/** Durable units with nothing pending before them become part of what is durable. */
function fold(node: DiskNode): void {
  const end = node.units.findIndex(({ isDurable }) => !isDurable)
  const count = end < 0 ? node.units.length : end
  if (count === 0) return
  if (node.type === 'file') {
    for (const unit of node.units.slice(0, count)) node.content.apply(unit)
  } else {
    for (const unit of node.units.slice(0, count)) applyEntry(node.entries, unit)
  }
  node.units.splice(0, count)
}

export function applyEntry(entries: Map<string, NodeNumber>, { name, target }: EntryUnit): void {
  if (target === undefined) entries.delete(name)
  else entries.set(name, target)
}
