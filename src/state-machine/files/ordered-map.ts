/**
 * A map with its keys in order, of which a copy costs nothing: copy and original share what neither has changed since. So a
 * checkpoint, and every reader that wants one moment, has a state that stands still while chunks are applied.
 *
 * A B+ tree whose nodes carry a mark of who may change them. Taking a copy changes the mark; a node with another mark is copied
 * before it is changed, once. Keys are strings in which each character stands for a byte, so they sort as the bytes do.
 */

/** Entries of a leaf, or children of a branch, at most. */
const nodeEntriesMax = 64

interface Leaf<V> {
  readonly mark: object
  readonly keys: string[]
  readonly values: V[]
  readonly children?: undefined
}

interface Branch<V> {
  readonly mark: object
  /** The first key that is, or was, in each child but the first. */
  readonly keys: string[]
  readonly children: Node<V>[]
}

type Node<V> = Leaf<V> | Branch<V>

export interface KeyRange {
  /** Default: from the first key on. */
  readonly from?: string | undefined
  /** The first key after it. Default: to the last key. */
  readonly to?: string | undefined
  readonly reverse?: boolean | undefined
}

export class OrderedMap<V> {
  #mark: object = {}
  #root: Node<V> = leaf(this.#mark, [], [])
  #size = 0

  get size(): number {
    return this.#size
  }

  get(key: string): V | undefined {
    let node = this.#root
    while (node.children !== undefined) node = childAt(node, childFor(node.keys, key))
    const at = firstNotBelow(node.keys, key)
    return node.keys[at] === key ? node.values[at] : undefined
  }

  /** Returns what was there. */
  set(key: string, value: V): V | undefined {
    const path = this.#pathTo(key)
    const { keys, values } = path.leaf
    const at = firstNotBelow(keys, key)
    if (keys[at] === key) {
      const before = values[at]
      values[at] = value
      return before
    }
    keys.splice(at, 0, key)
    values.splice(at, 0, value)
    this.#size += 1
    this.#split(path)
    return undefined
  }

  /** Returns what was there. */
  delete(key: string): V | undefined {
    if (this.get(key) === undefined) return undefined
    const path = this.#pathTo(key)
    const { keys, values } = path.leaf
    const at = firstNotBelow(keys, key)
    const [before] = values.splice(at, 1)
    keys.splice(at, 1)
    this.#size -= 1
    if (keys.length === 0) this.#prune(path.branches)
    return before
  }

  /** Calls `visit` for each entry of the range, in order, until it answers false. */
  walk(range: KeyRange, visit: (key: string, value: V) => boolean): void {
    if (range.reverse) walkDown(this.#root, range, visit)
    else walkUp(this.#root, range, visit)
  }

  /** A map with the same entries. Changing the one does not change the other. */
  copy(): OrderedMap<V> {
    const copy = new OrderedMap<V>()
    copy.#root = this.#root
    copy.#size = this.#size
    this.#mark = {}
    return copy
  }

  /** The leaf for `key` and the branches above it, all of them ours to change. */
  #pathTo(key: string): Path<V> {
    const branches: Step<V>[] = []
    let node = this.#own(this.#root)
    this.#root = node
    while (node.children !== undefined) {
      const at = childFor(node.keys, key)
      const child: Node<V> = this.#own(childAt(node, at))
      node.children[at] = child
      branches.push({ branch: node, at })
      node = child
    }
    return { branches, leaf: node }
  }

  #own(node: Node<V>): Node<V> {
    if (node.mark === this.#mark) return node
    const { keys } = node
    return node.children === undefined
      ? leaf(this.#mark, [...keys], [...node.values])
      : { mark: this.#mark, keys: [...keys], children: [...node.children] }
  }

  #split({ branches, leaf: full }: Path<V>): void {
    let node: Node<V> = full
    for (let depth = branches.length; lengthOf(node) > nodeEntriesMax; depth--) {
      const { separator, right } = this.#halve(node)
      const above = branches[depth - 1]
      if (above === undefined) {
        this.#root = { mark: this.#mark, keys: [separator], children: [node, right] }
        return
      }
      above.branch.keys.splice(above.at, 0, separator)
      above.branch.children.splice(above.at + 1, 0, right)
      node = above.branch
    }
  }

  #halve(node: Node<V>): { readonly separator: string; readonly right: Node<V> } {
    const middle = lengthOf(node) >>> 1
    if (node.children === undefined) {
      const right = leaf(this.#mark, node.keys.splice(middle), node.values.splice(middle))
      return { separator: right.keys[0] ?? '', right }
    }
    const [separator = '', ...keys] = node.keys.splice(middle - 1)
    return { separator, right: { mark: this.#mark, keys, children: node.children.splice(middle) } }
  }

  /** Takes an empty leaf out of the tree, and the branches that become empty with it. */
  #prune(branches: readonly Step<V>[]): void {
    for (const { branch, at } of branches.toReversed()) {
      branch.children.splice(at, 1)
      branch.keys.splice(Math.max(at - 1, 0), 1)
      if (branch.children.length > 0) break
    }
    let root = this.#root
    while (root.children !== undefined && root.children.length === 1) root = childAt(root, 0)
    this.#root = root.children?.length === 0 ? leaf(this.#mark, [], []) : root
  }
}

interface Step<V> {
  readonly branch: Branch<V>
  readonly at: number
}

interface Path<V> {
  readonly branches: readonly Step<V>[]
  readonly leaf: Leaf<V>
}

function leaf<V>(mark: object, keys: string[], values: V[]): Leaf<V> {
  return { mark, keys, values }
}

function lengthOf<V>(node: Node<V>): number {
  return node.children === undefined ? node.keys.length : node.children.length
}

function childAt<V>({ children }: Branch<V>, at: number): Node<V> {
  return children[at] as Node<V>
}

/** Which child has `key`, if any has. */
function childFor(separators: readonly string[], key: string): number {
  const at = firstNotBelow(separators, key)
  return separators[at] === key ? at + 1 : at
}

function firstNotBelow(keys: readonly string[], key: string): number {
  let [low, high] = [0, keys.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((keys[middle] as string) < key) low = middle + 1
    else high = middle
  }
  return low
}

/** False when `visit` has had enough. */
function walkUp<V>(node: Node<V>, range: KeyRange, visit: (key: string, value: V) => boolean): boolean {
  const { from, to } = range
  if (node.children !== undefined) {
    let at = from === undefined ? 0 : childFor(node.keys, from)
    for (; at < node.children.length; at++) {
      if (at > 0 && to !== undefined && (node.keys[at - 1] as string) >= to) return true
      if (!walkUp(childAt(node, at), range, visit)) return false
    }
    return true
  }
  for (let at = from === undefined ? 0 : firstNotBelow(node.keys, from); at < node.keys.length; at++) {
    const key = node.keys[at] as string
    if (to !== undefined && key >= to) return true
    if (!visit(key, node.values[at] as V)) return false
  }
  return true
}

/** False when `visit` has had enough. */
function walkDown<V>(node: Node<V>, range: KeyRange, visit: (key: string, value: V) => boolean): boolean {
  const { from, to } = range
  if (node.children !== undefined) {
    let at = to === undefined ? node.children.length - 1 : childFor(node.keys, to)
    for (; at >= 0; at--) {
      if (!walkDown(childAt(node, at), range, visit)) return false
      if (at > 0 && from !== undefined && (node.keys[at - 1] as string) < from) return true
    }
    return true
  }
  for (let at = (to === undefined ? node.keys.length : firstNotBelow(node.keys, to)) - 1; at >= 0; at--) {
    const key = node.keys[at] as string
    if (from !== undefined && key < from) return true
    if (!visit(key, node.values[at] as V)) return false
  }
  return true
}
