/** Paxos storage in a case: opened, crashed, and compared as a whole. */
import assert from 'node:assert/strict'
import type { Ballot, PaxosStorage, PaxosStorageOptions, StopSign } from '../../../paxos/index.ts'
import type { CaseContext } from '../contract-case.ts'
import { numbered } from '../log-ops.ts'

/** Entries are texts and snapshots are whatever a case says: the log does not look into either. */
export type CaseStorage = PaxosStorage<string, unknown>
export type CaseOptions = PaxosStorageOptions<string, unknown>

/** Everything that Paxos storage shows. */
export interface PaxosView {
  readonly suffix: readonly string[]
  readonly logLen: number
  readonly compactedIdx: number
  readonly decidedIdx: number
  readonly promise: Ballot | undefined
  readonly acceptedRound: Ballot | undefined
  readonly snapshot: unknown
  readonly stopsign: StopSign | undefined
}

/** Opens the case's log as Paxos storage. */
export function openPaxos(context: CaseContext, options: CaseOptions = {}): CaseStorage {
  const { failpoints, observer } = context
  return context.createPaxosStorage(context.open(), { failpoints, observer, ...options })
}

/** Opens the case's log as Paxos storage and appends `count` entries, `e0`, `e1`, ..., in one commit. */
export function openFilledPaxos(context: CaseContext, count: number): CaseStorage {
  const storage = openPaxos(context)
  storage.appendEntries(numbered(count))
  return storage
}

/** Closes `storage` and opens it again. */
export function reopenPaxos(context: CaseContext, storage: CaseStorage, options?: CaseOptions): CaseStorage {
  storage.close()
  return openPaxos(context, options)
}

/** Abandons `storage`, as a killed process would, and opens it again. */
export function crashPaxos(context: CaseContext, storage: CaseStorage, options?: CaseOptions): CaseStorage {
  storage.log.abandon()
  return openPaxos(context, options)
}

export function paxosViewOf(storage: CaseStorage): PaxosView {
  return {
    suffix: storage.getSuffix(0),
    logLen: storage.getLogLen(),
    compactedIdx: storage.getCompactedIdx(),
    decidedIdx: storage.getDecidedIdx(),
    promise: storage.getPromise(),
    acceptedRound: storage.getAcceptedRound(),
    snapshot: storage.getSnapshot(),
    stopsign: storage.getStopsign(),
  }
}

const blank: PaxosView = {
  suffix: [],
  logLen: 0,
  compactedIdx: 0,
  decidedIdx: 0,
  promise: undefined,
  acceptedRound: undefined,
  snapshot: undefined,
  stopsign: undefined,
}

/** Asserts that `storage` shows `expected` and, for what it does not name, what new storage shows. */
export function assertPaxos(storage: CaseStorage, expected: Partial<PaxosView>): void {
  assert.deepEqual(paxosViewOf(storage), { ...blank, ...expected })
  assert.deepEqual(storage.log.audit(), [], 'the audit finds nothing')
}

/** A ballot whose fields all differ. */
export function ballot(n: number): Ballot {
  return { configId: 1, n, priority: n + 100, pid: n + 200 }
}

export function stopSign(configurationId: number): StopSign {
  return { nextConfig: { configurationId, nodes: [1, 2, 3] } }
}
