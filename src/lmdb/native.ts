/**
 * What is used of lmdb-js, in types of our own: its declarations do not compile under a strict consumer of ours, and do not
 * say all that it takes and answers.
 */

/** A read transaction: everything is seen as of one moment. */
export interface NativeTransaction {
  done(): void
}

interface ReadOptions {
  readonly transaction?: NativeTransaction
}

interface KeysOptions extends ReadOptions {
  readonly start?: Uint8Array
  readonly end?: Uint8Array
  readonly limit?: number
  readonly reverse?: boolean
  readonly inclusiveEnd?: boolean
}

/** Of a value with these properties only that part is taken: so do lmdb-js's encoders hand over theirs, without a view of each. */
export type NativePart = Uint8Array & { start: number; end: number }

export interface NativeDatabase {
  /** Lends LMDB's own memory, until the next call. */
  getBinaryFast(key: Uint8Array, options?: ReadOptions): Uint8Array | undefined
  /** A copy. */
  getBinary(key: Uint8Array): Uint8Array | undefined
  getKeys(options?: KeysOptions): Iterable<Uint8Array>
  /** False, and nothing is written, when `append` is asked for and the key is not above all others. */
  putSync(key: Uint8Array, value: Uint8Array | NativePart, options?: { readonly append: boolean }): boolean
  removeSync(key: Uint8Array): boolean
  getStats(): NativeStats
  readonly env: NativeEnvironment
  /** Which of its environment's databases it is. */
  readonly db: { readonly dbi: number }
}

export interface NativeEnvironment {
  /** Where lmdb-js's native half has it; 0 when it is closed. */
  readonly address: number
  /** There while a transaction is open that writes. */
  readonly writeTxn?: object | null
}

/** lmdb-js's native half, as its own JavaScript calls it. */
export interface NativeAddon {
  readonly getAddress: (memory: ArrayBufferLike) => number
  /** Does what the instruction says that lies at an address, in the environment's open transaction. Returns LMDB's code, or throws. */
  readonly write: (environment: number, instruction: number) => number
  /** Throws an error with `code`. */
  readonly lmdbError: (code: number) => never
}

/** Of one tree: its pages and how many keys it has. */
export interface NativeTree {
  readonly treeBranchPageCount: number
  readonly treeLeafPageCount: number
  readonly overflowPages: number
  readonly entryCount: number
}

export interface NativeStats extends NativeTree {
  readonly root: NativeTree
  readonly free: NativeTree
  readonly pageSize: number
  readonly mapSize: number
  readonly lastPageNumber: number
  /** Of the last commit. */
  readonly lastTxnId: number
}

export interface NativeRoot extends NativeDatabase {
  openDB(options: { readonly name: string; readonly create: boolean }): NativeDatabase | undefined
  transactionSync(work: () => void): void
  useReadTransaction(): NativeTransaction
  /** A text: a heading, then a line for each reader that holds a transaction. */
  readerList(): string
  readerCheck(): number
  close(): unknown
}
