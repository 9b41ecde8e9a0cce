/** Which commands storage of kind `raft` has, and what the reply to each has to hold. Since version 1.1. */
import { entryKinds, type RaftEntry } from '../../raft/index.ts'
import type { Field } from './commands.ts'
import { bytesIn } from './line-values.ts'

export type RaftCommandName =
  | 'appendRaft'
  | 'replaceRaftSuffix'
  | 'truncate'
  | 'readRaft'
  | 'termAt'
  | 'raftIndexes'
  | 'purge'
  | 'installSnapshot'
  | 'saveHardState'
  | 'loadHardState'
  | 'saveWith'
  | 'resetRaft'

/** A storage that has them says so in its `hello`. */
export const optionalRaftCommands = ['replaceRaftSuffix', 'installSnapshot', 'resetRaft', 'flush'] as const

export const raftReplyFields: Readonly<Record<RaftCommandName, Readonly<Record<string, Field>>>> = {
  appendRaft: {},
  replaceRaftSuffix: {},
  truncate: {},
  readRaft: { entries: { type: 'raft entries' } },
  termAt: { term: { type: 'index' } },
  raftIndexes: {
    firstIndex: { type: 'index' },
    lastIndex: { type: 'index' },
    lastTerm: { type: 'index' },
    boundaryIndex: { type: 'index' },
    boundaryTerm: { type: 'index' },
  },
  purge: {},
  installSnapshot: {},
  saveHardState: {},
  loadHardState: { state: { type: 'object or null' } },
  saveWith: {},
  resetRaft: {},
}

/** `undefined`: it is no list of entries. */
export function raftEntriesIn(value: unknown): readonly RaftEntry[] | undefined {
  if (!Array.isArray(value)) return undefined
  const entries = value.map(raftEntryIn)
  return entries.includes(undefined) ? undefined : (entries as RaftEntry[])
}

function raftEntryIn(value: unknown): RaftEntry | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { index, term, kind, data, ...others } = value as Readonly<Record<string, unknown>>
  const bytes = bytesIn(data)
  const isEntry = isIndex(index) && isIndex(term) && (entryKinds as readonly unknown[]).includes(kind)
  if (!isEntry || bytes === undefined || Object.keys(others).length > 0) return undefined
  // In memory of its own: what a Buffer is a part of would cross to the suites with it.
  return { index, term, kind: kind as RaftEntry['kind'], data: Uint8Array.from(bytes) }
}

function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
