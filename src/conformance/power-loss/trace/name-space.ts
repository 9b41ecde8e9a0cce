/** Names and the files behind them, as the running workload sees them: what says that two paths are one file. */
import { type NodeNumber, rootNode } from '../event.ts'

export interface TracedNode {
  readonly number: NodeNumber
  readonly type: 'file' | 'directory'
  /** Nothing of it counts: see {@link LogAdapter.volatileFiles}. */
  readonly isVolatile: boolean
  /** Of a directory. */
  readonly names: Map<string, TracedNode>
  size: number
  /** Its path as it is now, relative to the root, for reports. Of what is in a directory that was renamed: as it was. */
  label: string
}

/** A name in a directory. */
export interface Place {
  readonly directory: TracedNode
  readonly name: string
  readonly node: TracedNode | undefined
}

export class NameSpace {
  readonly #root: TracedNode
  readonly rootPath: string
  readonly #volatileFiles: ReadonlySet<string>
  readonly #adopted = new Map<NodeNumber, TracedNode>()
  #nodeCount = 1

  /** `rootPath` is an absolute path without links: what is below it counts, and it is empty, or was found. */
  constructor(rootPath: string, volatileFiles: readonly string[]) {
    this.rootPath = rootPath
    this.#volatileFiles = new Set(volatileFiles)
    this.#root = this.#node(rootNode, 'directory', '', '.')
  }

  /** `undefined`: it is not below the root, or in a directory that is not there. The root has no place. */
  placeOf(path: string): Place | undefined {
    const names = this.#namesOf(path)
    const name = names?.pop()
    if (names === undefined || name === undefined) return undefined
    let directory: TracedNode | undefined = this.#root
    for (const one of names) directory = directory?.names.get(one)
    return directory === undefined ? undefined : { directory, name, node: directory.names.get(name) }
  }

  nodeOf(path: string): TracedNode | undefined {
    return path === this.rootPath ? this.#root : this.placeOf(path)?.node
  }

  isBelow(path: string): boolean {
    return path === this.rootPath || path.startsWith(`${this.rootPath}/`)
  }

  create({ directory, name }: Place, type: 'file' | 'directory'): TracedNode {
    const label = directory === this.#root ? name : `${directory.label}/${name}`
    const node = this.#node(this.#nodeCount++, type, name, label)
    directory.names.set(name, node)
    return node
  }

  /** A name of a node that was made before anything is traced here. */
  adopt(
    { directory, name }: Place,
    { number, type, size }: Pick<TracedNode, 'number' | 'type' | 'size'>,
  ): void {
    const known = this.#adopted.get(number)
    const label = directory === this.#root ? name : `${directory.label}/${name}`
    const node = known ?? this.#node(number, type, name, label)
    node.size = size
    this.#adopted.set(number, node)
    directory.names.set(name, node)
  }

  /** Nodes that are made here get numbers of at least so much. */
  numberFrom(count: number): void {
    this.#nodeCount = count
  }

  #node(number: number, type: 'file' | 'directory', name: string, label: string): TracedNode {
    const isVolatile = type === 'file' && this.#volatileFiles.has(name)
    return { number, type, isVolatile, names: new Map(), size: 0, label }
  }

  #namesOf(path: string): string[] | undefined {
    if (!path.startsWith(`${this.rootPath}/`)) return undefined
    return path
      .slice(this.rootPath.length + 1)
      .split('/')
      .filter((name) => name !== '' && name !== '.')
  }
}
