/** A node for tests: Raft storage whose log is in memory, and a state machine on files. It can die and be opened again. */
import { join } from 'node:path'
import { FailpointRegistry } from '../../../failpoints/index.ts'
import { type LogStore, MemoryDisk, MemoryLog } from '../../../src/log/index.ts'
import { type RaftEntry, RaftStorage } from '../../../src/raft/index.ts'
import { decodeCommand } from '../../../src/state-machine/core/command.ts'
import { planChunk } from '../../../src/state-machine/core/plan-chunk.ts'
import { MapState } from '../../../src/state-machine/files/map-state.ts'
import {
  type AppliedState,
  type Command,
  encodeCommand,
  FileStateMachine,
  type FileStateMachineOptions,
  nothingApplied,
  Replica,
  type ReplicaClock,
  type ReplicaOptions,
  raftReplicatedLog,
  type StateMachine,
} from '../../../src/state-machine/index.ts'
import { bytes, put } from '../files/files-rig.ts'

/** What stays over the deaths of a node. */
export interface NodeHome {
  readonly directory: string
  readonly disk: MemoryDisk
}

export interface NodeOptions {
  readonly replica?: ReplicaOptions
  readonly machine?: FileStateMachineOptions
  readonly failpoints?: FailpointRegistry
}

export interface OpenedNode {
  readonly raft: RaftStorage
  readonly machine: FileStateMachine
  readonly replica: Replica
  readonly failpoints: FailpointRegistry
}

export const noPolicy: ReplicaOptions = { snapshots: false, keepEntries: 0 }
const byHand = { checkpointEntries: Number.POSITIVE_INFINITY, checkpointAgeMs: Number.POSITIVE_INFINITY }

export function newHome(directory: string): NodeHome {
  return { directory, disk: new MemoryDisk() }
}

export function openRaft(home: NodeHome, failpoints?: FailpointRegistry): RaftStorage {
  return RaftStorage.open(join(home.directory, 'raft'), {
    failpoints,
    openLog: (_, shared): LogStore => new MemoryLog({ ...shared, disk: home.disk }),
  })
}

export function openMachine(home: NodeHome, raft: RaftStorage, options: NodeOptions = {}): FileStateMachine {
  const { failpoints } = options
  return new FileStateMachine(join(home.directory, 'state'), {
    ...byHand,
    snapshots: raft.snapshots,
    failpoints,
    ...options.machine,
  })
}

/** The caller ends it: a property opens many. When it throws, nothing stays open. */
export async function openNode(home: NodeHome, options: NodeOptions = {}): Promise<OpenedNode> {
  const failpoints = options.failpoints ?? new FailpointRegistry()
  const raft = openRaft(home, failpoints)
  const machine = openMachine(home, raft, { ...options, failpoints })
  try {
    const replica = await Replica.open(raftReplicatedLog(raft), machine, {
      ...noPolicy,
      ...options.replica,
      failpoints,
    })
    return { raft, machine, replica, failpoints }
  } catch (error) {
    machine.abandon()
    raft.abandon()
    throw error
  }
}

/** The one log that all nodes of a test agree on: entry `index` of it. Every third one leases, compares or deletes. */
export function entryAt(index: number, term = 1): RaftEntry {
  if (index % 11 === 0) return { index, term, kind: 'noop', data: new Uint8Array() }
  if (index % 13 === 0) return { index, term, kind: 'config', data: bytes(`members ${index}`) }
  return {
    index,
    term,
    kind: 'command',
    data: encodeCommand({ command: commandAt(index), time: index * 10 }),
  }
}

function commandAt(index: number): Command {
  const key = `key ${index % 5}`
  if (index % 7 === 0) return { kind: 'delete', key: bytes(key) }
  if (index % 5 === 0) return put(key, `leased ${index}`, 35)
  if (index % 4 === 0) {
    return {
      kind: 'cas',
      key: bytes(key),
      expected: bytes(`value ${index - 5}`),
      value: bytes(`swapped ${index}`),
    }
  }
  return put(key, `value ${index}`)
}

/** Appends the entries of the one log, through `lastIndex`. */
export function append({ raft }: Pick<OpenedNode, 'raft'>, lastIndex: number, term = 1): void {
  const from = raft.log.lastIndex + 1
  const entries = Array.from({ length: Math.max(lastIndex - from + 1, 0) }, (_, at) =>
    entryAt(from + at, term),
  )
  raft.hardState.saveWith({ currentTerm: term, votedFor: undefined }, entries)
}

/** What is applied after each index of the one log, from 0 on, worked out without any file. */
export function expectedStates(lastIndex: number): AppliedState[] {
  const state = new MapState()
  const states: AppliedState[] = [nothingApplied]
  for (let index = 1; index <= lastIndex; index++) {
    const { term, kind, data } = entryAt(index)
    const decoded =
      kind === 'command'
        ? decodeCommand(data)
        : { command: kind === 'noop' ? ({ kind } as const) : ({ kind: 'config', membership: data } as const) }
    const format = { clusterId: '', isTtlEnabled: true }
    const plan = planChunk(state, [{ index, term, time: undefined, ...decoded }], { format, wantPrev: false })
    for (const { key, after } of plan.rows.values()) {
      if (after === undefined) state.remove(key)
      else state.put(after)
    }
    state.setHead(plan.after)
    states.push(plan.after.applied)
  }
  return states
}

/** Sends the newest snapshot of `from`, or a new one. */
export async function sendSnapshot(
  from: StateMachine,
  to: Pick<Replica, 'beginInstall'>,
): Promise<AppliedState> {
  const manifest = await from.createSnapshot()
  const source = await from.openSnapshot(manifest.id)
  const install = await to.beginInstall(source.manifest)
  for await (const { block, bytes } of source.blocks()) await install.write(block, bytes)
  await source.close()
  return await install.commit()
}

/** A clock that stands still until it is told to go on. */
export class ManualClock implements ReplicaClock {
  #now = 0
  readonly #due: { readonly at: number; readonly run: () => void }[] = []

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run }
    this.#due.push(timer)
    return () => {
      const at = this.#due.indexOf(timer)
      if (at >= 0) this.#due.splice(at, 1)
    }
  }

  get waiting(): number {
    return this.#due.length
  }

  goOn(ms: number): void {
    this.#now += ms
    for (const timer of [...this.#due]) {
      if (timer.at > this.#now) continue
      this.#due.splice(this.#due.indexOf(timer), 1)
      timer.run()
    }
  }
}
