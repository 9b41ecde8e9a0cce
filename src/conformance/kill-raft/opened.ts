/** Raft storage that is open: Holdfast's on a log, with its snapshots, or that of an adapter of kind raft, whose engine keeps them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FailpointRegistry } from '../../../failpoints/index.ts'
import { RaftStorage } from '../../raft/index.ts'
import type { LogAdapter } from '../adapter.ts'
import { fullParts, type RaftNode } from '../contract/index.ts'
import { RaftStandIn } from '../kit/index.ts'
import { everyRaftCall, type RaftCalls } from './calls.ts'

export interface OpenedRaft extends RaftNode<Uint8Array> {
  /** `undefined`: of another make, without snapshots. */
  readonly storage: RaftStorage | undefined
  readonly calls: RaftCalls
  close(): void
}

/** @throws what it throws when it cannot be opened */
export function openRaft(adapter: LogAdapter, directory: string, failpoints?: FailpointRegistry): OpenedRaft {
  if (!hasSnapshots(adapter)) return openNode(adapter, directory)
  const storage = RaftStorage.open(directory, {
    failpoints,
    openLog: (logDirectory, options) => adapter.open(logDirectory, options),
  })
  const { log, hardState } = storage
  return { log, hardState, storage, calls: everyRaftCall, close: () => storage.close() }
}

/** Whether what is opened is Holdfast's own storage, which keeps snapshots. */
export function hasSnapshots({ kind, snapshots }: Pick<LogAdapter, 'kind' | 'snapshots'>): boolean {
  return kind !== 'raft' || snapshots === true
}

function openNode(adapter: LogAdapter, directory: string): OpenedRaft {
  const log = adapter.open(directory)
  const node = fullParts(adapter.parts ?? {}).createRaftNode<Uint8Array>(log, {})
  const canInstall = log instanceof RaftStandIn ? log.canInstall : true
  return { ...node, storage: undefined, calls: callsOf(adapter, canInstall), close: () => log.close() }
}

function callsOf({ capabilities }: LogAdapter, canInstall: boolean): RaftCalls {
  const calls = { ...everyRaftCall, snapshots: false, installSnapshot: canInstall }
  if (capabilities === undefined) return calls
  return {
    ...calls,
    saveWith: capabilities.batch,
    appendConflicting: capabilities.replaceSuffix !== false,
    purge: capabilities.trim !== false,
    emptying: capabilities.endRemembered,
  }
}

/** Calls that no history makes, and the promise, or the method, that is missing for them. */
export interface CallsLeftOut {
  readonly calls: string
  readonly missing: string
}

/** What of the calls of Raft storage an adapter of that kind does not promise. Opens it once, in a directory of its own. */
export function callsLeftOut(adapter: LogAdapter): CallsLeftOut[] | undefined {
  if (adapter.kind !== 'raft') return undefined
  const calls = callsOn(adapter)
  return described
    .filter(({ name }) => !calls[name])
    .map(({ calls: text, missing }) => ({ calls: text, missing }))
}

/** What a history may ask of it. Opens it once, in a directory of its own. */
export function callsOn(adapter: LogAdapter): RaftCalls {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-kill-'))
  try {
    const { calls, close } = openRaft(adapter, directory)
    close()
    return calls
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const described: readonly (CallsLeftOut & { readonly name: keyof RaftCalls })[] = [
  { name: 'installSnapshot', calls: 'installSnapshot', missing: 'installSnapshot' },
  { name: 'saveWith', calls: 'saveWith', missing: 'batch' },
  { name: 'appendConflicting', calls: 'append over a conflict', missing: 'replaceSuffix' },
  { name: 'purge', calls: 'purge', missing: 'trim' },
  { name: 'emptying', calls: 'purge and truncation of every entry', missing: 'endRemembered' },
]
