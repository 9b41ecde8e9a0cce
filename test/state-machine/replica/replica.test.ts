import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { FailpointRegistry } from '../../../failpoints/index.ts'
import { InvalidArgumentError, LogClosedError, PoisonedError, UnavailableError } from '../../../src/errors.ts'
import { MemoryLog } from '../../../src/log/index.ts'
import { PaxosStorage } from '../../../src/paxos/index.ts'
import type { RaftEntry } from '../../../src/raft/index.ts'
import {
  encodeCommand,
  FileStateMachine,
  LmdbStateMachine,
  PurgeRefusedError,
  paxosReplicatedLog,
  Replica,
  ReplicaMismatchError,
  raftReplicatedLog,
  type SnapshotManifest,
} from '../../../src/state-machine/index.ts'
import { bytes, eventually, fastDirectory, put } from '../files/files-rig.ts'
import {
  append,
  entryAt,
  expectedStates,
  ManualClock,
  type NodeHome,
  type NodeOptions,
  newHome,
  type OpenedNode,
  openMachine,
  openNode,
  openRaft,
  sendSnapshot,
} from './replica-rig.ts'

async function node(home: NodeHome = newHome(fastDirectory()), options?: NodeOptions): Promise<OpenedNode> {
  const opened = await openNode(home, options)
  onTestFinished(() => opened.replica.abandon())
  return opened
}

/** A node whose first `lastIndex` entries are appended and applied. */
async function nodeAt(lastIndex: number, options?: NodeOptions, home?: NodeHome): Promise<OpenedNode> {
  const opened = await node(home, options)
  append(opened, lastIndex)
  opened.replica.committed(lastIndex)
  await opened.replica.settled()
  return opened
}

function mismatch(kind: string): object {
  return { code: 'HOLDFAST_REPLICA_MISMATCH', kind }
}

test('what is committed is applied in order, and each entry has its result', async () => {
  const { raft, replica, machine } = await node(undefined, { replica: { chunk: { entries: 3 } } })
  append({ raft }, 10)
  const results = Array.from({ length: 10 }, (_, at) => replica.result({ index: at + 1, term: 1 }))
  replica.committed(4)
  replica.committed(10)
  const told = await Promise.all(results)
  expect(told.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(machine.applied()).toEqual(expectedStates(10)[10])
})

test('committed() below what was told before changes nothing', async () => {
  const { replica, machine } = await nodeAt(5)
  replica.committed(3)
  await replica.settled()
  expect(replica.committedIndex).toBe(5)
  expect(machine.applied().index).toBe(5)
})

test('committed() beyond the end of the log is refused', async () => {
  const { replica, machine } = await nodeAt(5)
  expect(() => replica.committed(6)).toThrow(UnavailableError)
  expect(() => replica.committed(-1)).toThrow(InvalidArgumentError)
  await replica.settled()
  expect(machine.applied().index).toBe(5)
})

test('the listener is told of every chunk, and what it throws changes nothing', async () => {
  const indexes: number[] = []
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  onTestFinished(() => warned.mockRestore())
  const listener = {
    onApplied: ({ results }: { readonly results: readonly { readonly index: number }[] }) => {
      indexes.push(...results.map(({ index }) => index))
      throw new Error('a listener that fails')
    },
  }
  await nodeAt(5, { replica: { listener, chunk: { entries: 2 } } })
  expect(indexes).toEqual([1, 2, 3, 4, 5])
  expect(warned).toHaveBeenCalledTimes(3)
})

test('applying a backlog leaves others their turns', async () => {
  const { raft, replica, machine } = await node(undefined, { replica: { chunk: { entries: 1 } } })
  append({ raft }, 20)
  let indexThen = 0
  setImmediate(() => {
    indexThen = machine.applied().index
  })
  replica.committed(20)
  await replica.settled()
  expect(indexThen).toBeLessThan(3)
  expect(machine.applied().index).toBe(20)
})

test.each([0, 1, 2, 3, 4, 5, 6])(
  'committed() %i steps after the last chunk is not overheard',
  async (steps) => {
    const { raft, replica, machine } = await nodeAt(2)
    append({ raft }, 4)
    replica.committed(3)
    // The loop ends in the turn after it has applied; somewhere among its last steps comes the next index.
    await new Promise<void>((resolve) => setImmediate(resolve))
    for (let step = 0; step < steps; step++) await undefined
    replica.committed(4)
    expect(await replica.result({ index: 4, term: 1 })).toMatchObject({ index: 4 })
    expect(machine.applied().index).toBe(4)
  },
)

test('entries that are applied while a snapshot is taken are due for the next one', async () => {
  const taken: number[] = []
  const onSnapshot = ({ applied }: SnapshotManifest): void => void taken.push(applied.index)
  const opened = await nodeAt(4, { replica: { snapshots: { entries: 5 }, listener: { onSnapshot } } })
  const { raft, replica, machine } = opened
  const meanwhile = opened.failpoints.arm('snapshot.finish.before_sync', () => {
    meanwhile.disarm()
    append({ raft }, 12)
    replica.committed(12)
  })
  opened.failpoints.arm('replica.snapshot.after', () => void expect(machine.applied().index).toBe(12))
  append({ raft }, 5)
  replica.committed(5)
  await eventually(() => expect(taken).toEqual([5, 12]))
})

test('a result that is asked for late is still told, until it is forgotten', async () => {
  const { replica } = await nodeAt(5, { replica: { resultsKept: 2 } })
  expect(await replica.result({ index: 4, term: 1 })).toMatchObject({ index: 4 })
  await expect(replica.result({ index: 3, term: 1 })).rejects.toMatchObject({ kind: 'forgotten' })
})

test('who proposed an entry that was replaced is told so, and not the other one’s result', async () => {
  const { raft, replica } = await nodeAt(3)
  append({ raft }, 4)
  const proposed = replica.result({ index: 4, term: 1 })
  raft.hardState.saveWith({ currentTerm: 2, votedFor: undefined }, [entryAt(4, 2)])
  replica.committed(4)
  await expect(proposed).rejects.toMatchObject({ code: 'HOLDFAST_RESULT_LOST', kind: 'replaced' })
  await expect(replica.result({ index: 4, term: 1 })).rejects.toMatchObject({ kind: 'replaced' })
  expect(await replica.result({ index: 4, term: 2 })).toMatchObject({ index: 4, term: 2 })
})

test('close() tells who waits for a result, and refuses from then on', async () => {
  const { raft, replica } = await nodeAt(3)
  append({ raft }, 4)
  const result = replica.result({ index: 4, term: 1 })
  const rejected = expect(result).rejects.toBeInstanceOf(LogClosedError)
  await replica.close()
  await rejected
  await replica.close()
  expect(() => replica.committed(4)).toThrow(LogClosedError)
  await expect(replica.result({ index: 4, term: 1 })).rejects.toBeInstanceOf(LogClosedError)
})

test('open() applies again what the hard state says is committed, after what is durable', async () => {
  const home = newHome(fastDirectory())
  const first = await nodeAt(5, {}, home)
  append(first, 9)
  first.raft.hardState.save({ currentTerm: 1, votedFor: undefined, commit: 8 })
  first.raft.flush()
  first.replica.abandon()
  const { machine, replica } = await node(home)
  expect(replica.recovery.applied.index).toBe(5)
  expect(machine.applied()).toEqual(expectedStates(8)[8])
  replica.committed(9)
  expect(await replica.result({ index: 9, term: 1 })).toMatchObject({ index: 9 })
})

test('open() refuses a state that is ahead of the log', async () => {
  const home = newHome(fastDirectory())
  const { replica } = await nodeAt(5, {}, home)
  await replica.close()
  const other = newHome(home.directory)
  const raft = openRaft(other)
  append({ raft }, 3)
  raft.abandon()
  await expect(node(other)).rejects.toMatchObject({ ...mismatch('ahead'), index: 5 })
})

test('open() refuses a log with another term at the applied index', async () => {
  const home = newHome(fastDirectory())
  const { replica } = await nodeAt(5, {}, home)
  await replica.close()
  const other = newHome(home.directory)
  const raft = openRaft(other)
  append({ raft }, 9, 2)
  raft.abandon()
  await expect(node(other)).rejects.toMatchObject({ ...mismatch('term'), index: 5 })
})

test('open() refuses a log whose boundary has another term than what is applied there', async () => {
  const home = newHome(fastDirectory())
  const { replica } = await nodeAt(5, {}, home)
  await replica.takeSnapshot()
  await replica.close()
  const other = newHome(home.directory)
  const raft = openRaft(other)
  append({ raft }, 5, 2)
  raft.log.installSnapshot({ index: 5, term: 2 })
  // Storage whose snapshots are elsewhere does not see that they contradict the log: the replica does.
  const log = raftReplicatedLog(raft)
  const machine = new FileStateMachine(join(home.directory, 'state'))
  onTestFinished(() => machine.abandon())
  const elsewhere = Object.assign(log, { recover: async () => undefined })
  await expect(Replica.open(elsewhere, machine)).rejects.toMatchObject(mismatch('term'))
  raft.abandon()
})

test('open() refuses a log that begins after what the state has, and changes nothing', async () => {
  const home = newHome(fastDirectory())
  const { replica } = await nodeAt(5, {}, home)
  await replica.takeSnapshot()
  await replica.close()
  rmSync(join(home.directory, 'state'), { recursive: true })
  const raft = openRaft(home)
  onTestFinished(() => raft.abandon())
  // Its snapshots are elsewhere.
  const machine = new FileStateMachine(join(home.directory, 'state'))
  onTestFinished(() => machine.abandon())
  const refused = await Replica.open(raftReplicatedLog(raft), machine).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(ReplicaMismatchError)
  expect(refused).toMatchObject({ ...mismatch('gap'), index: 1 })
  expect(machine.applied().index).toBe(0)
  expect(raft.log.purgeBoundary).toEqual({ index: 5, term: 1 })
  // Both are open: a snapshot can be installed, and then they fit.
  const donor = await nodeAt(8)
  append({ raft }, 9)
  await sendSnapshot(donor.machine, machine)
  const replica2 = await Replica.open(raftReplicatedLog(raft), machine)
  replica2.committed(9)
  await replica2.settled()
  expect(machine.applied()).toEqual(expectedStates(9)[9])
})

test('open() installs this node’s own snapshot when the log begins after what the state has', async () => {
  const home = newHome(fastDirectory())
  const { raft, replica } = await nodeAt(5, {}, home)
  await replica.takeSnapshot()
  append({ raft }, 7)
  raft.flush()
  await replica.close()
  rmSync(join(home.directory, 'state'), { recursive: true })
  const { replica: reopened, machine } = await node(home)
  reopened.committed(7)
  await reopened.settled()
  expect(machine.applied()).toEqual(expectedStates(7)[7])
})

test('open() refuses the log of another cluster, and notes nothing in one that does not fit', async () => {
  const home = newHome(fastDirectory())
  const options = (clusterId: string) => ({ replica: { clusterId }, machine: { clusterId } })
  const { replica } = await nodeAt(3, options('one'), home)
  await replica.close()
  const elsewhere = { directory: fastDirectory(), disk: home.disk }
  await expect(node(elsewhere, options('two'))).rejects.toMatchObject(mismatch('cluster'))
  const unnoted = newHome(home.directory)
  await expect(node(unnoted, options('one'))).rejects.toMatchObject(mismatch('ahead'))
  const log = new MemoryLog({ disk: unnoted.disk })
  expect(log.getMeta('replica.cluster_id')).toBeUndefined()
  log.close()
  await node(home, options('one'))
})

test('open() refuses a state machine of another cluster than its own or the log’s, and changes nothing', async () => {
  const home = newHome(fastDirectory())
  const of = (replica: string | undefined, machine: string) => ({
    replica: { clusterId: replica },
    machine: { clusterId: machine },
  })
  await expect(node(home, of('one', 'two'))).rejects.toMatchObject(mismatch('cluster'))
  const { replica } = await nodeAt(3, of('one', 'one'), home)
  await replica.close()
  const elsewhere = { directory: fastDirectory(), disk: home.disk }
  await expect(node(elsewhere, of(undefined, 'two'))).rejects.toMatchObject(mismatch('cluster'))
  await node(home, of(undefined, 'one'))
})

test('a snapshot is taken after as many entries, and the log is purged behind it but for those to keep', async () => {
  const taken: SnapshotManifest[] = []
  const { raft, replica } = await nodeAt(9, {
    replica: {
      snapshots: { entries: 10 },
      keepEntries: 3,
      listener: { onSnapshot: (manifest) => taken.push(manifest) },
    },
  })
  expect(raft.log.firstIndex).toBe(1)
  append({ raft }, 10)
  replica.committed(10)
  await eventually(() => expect(taken).toHaveLength(1))
  expect(taken[0]?.applied).toEqual(expectedStates(10)[10])
  expect(raft.log.purgeBoundary).toEqual({ index: 7, term: 1 })
  expect(replica.coveredIndex).toBe(10)
})

test('entries that earlier processes applied count towards the next snapshot', async () => {
  const home = newHome(fastDirectory())
  const options: NodeOptions = { replica: { snapshots: { entries: 10 } } }
  for (const lastIndex of [4, 8]) {
    const { raft, replica } = await nodeAt(lastIndex, options, home)
    expect(raft.log.firstIndex).toBe(1)
    await replica.close()
  }
  const { raft } = await nodeAt(10, options, home)
  await eventually(() => expect(raft.log.purgeBoundary.index).toBe(10))
})

test('a snapshot is taken after as many bytes', async () => {
  const { replica } = await nodeAt(9, { replica: { snapshots: { bytes: 100 } } })
  await eventually(() => expect(replica.coveredIndex).toBeGreaterThan(0))
})

test('a snapshot is taken when the oldest entry since the last one is old enough, and only if there is one', async () => {
  const clock = new ManualClock()
  const taken: SnapshotManifest[] = []
  const { raft, replica } = await nodeAt(2, {
    replica: {
      clock,
      snapshots: { ageMs: 100 },
      listener: { onSnapshot: (manifest) => taken.push(manifest) },
    },
  })
  clock.goOn(99)
  expect(clock.waiting).toBe(1)
  clock.goOn(1)
  await eventually(() => expect(taken).toHaveLength(1))
  expect(clock.waiting).toBe(0)
  clock.goOn(1000)
  append({ raft }, 3)
  replica.committed(3)
  await replica.settled()
  expect(clock.waiting).toBe(1)
  clock.goOn(100)
  await eventually(() => expect(taken).toHaveLength(2))
})

test('a snapshot that fails leaves the log, is told of, and the next one is tried', async () => {
  const failures: unknown[] = []
  const { raft, replica, failpoints } = await nodeAt(4, {
    replica: { snapshots: { entries: 5 }, listener: { onSnapshotFailure: (error) => failures.push(error) } },
  })
  failpoints.arm('snapshot.finish.before_publish', '1*return(ENOSPC)')
  append({ raft }, 5)
  replica.committed(5)
  await eventually(() => expect(failures).toHaveLength(1))
  expect(failures[0]).toMatchObject({ code: 'HOLDFAST_WRITE_FAILED', reason: 'no_space' })
  expect(raft.log.firstIndex).toBe(1)
  expect(replica.coveredIndex).toBe(0)
  append({ raft }, 10)
  replica.committed(10)
  await eventually(() => expect(raft.log.purgeBoundary.index).toBe(10))
})

test('purge() beyond the newest snapshot is refused', async () => {
  const { raft, replica } = await nodeAt(9)
  expect(() => replica.purge(1)).toThrow(PurgeRefusedError)
  replica.purge()
  expect(raft.log.firstIndex).toBe(1)
  await replica.takeSnapshot()
  append({ raft }, 12)
  replica.committed(12)
  await replica.settled()
  expect(() => replica.purge(10)).toThrow(PurgeRefusedError)
  expect(raft.log.purgeBoundary.index).toBe(9)
  replica.purge(4)
  expect(raft.log.purgeBoundary.index).toBe(9)
})

test('purge() goes as far as the state is durable when it may, and not as far as it is applied', async () => {
  const options: NodeOptions = { machine: { sync: 'never' }, replica: { purge: 'durableApplied' } }
  const { raft, replica, machine } = await nodeAt(9, options)
  expect(machine.applied().index).toBe(9)
  expect(replica.coveredIndex).toBe(0)
  expect(() => replica.purge(1)).toThrow(PurgeRefusedError)
  await machine.flush()
  replica.purge()
  expect(raft.log.purgeBoundary).toEqual({ index: 9, term: 1 })
})

test('an installed snapshot has the log begin after it, and covers who waits', async () => {
  const donor = await nodeAt(20)
  const { raft, replica, machine } = await nodeAt(5)
  append({ raft }, 7)
  const waiting = replica.result({ index: 7, term: 1 })
  const covered = expect(waiting).rejects.toMatchObject({ kind: 'covered' })
  await sendSnapshot(donor.machine, replica)
  await covered
  expect(raft.log.purgeBoundary).toEqual({ index: 20, term: 1 })
  expect(replica.coveredIndex).toBe(20)
  append({ raft }, 22)
  replica.committed(22)
  expect(await replica.result({ index: 22, term: 1 })).toMatchObject({ index: 22, term: 1 })
  expect(machine.applied()).toEqual(expectedStates(22)[22])
})

test('a snapshot of a term that the hard state does not have is refused', async () => {
  const donor = await nodeAt(20)
  const { raft, replica, machine } = await node()
  await expect(sendSnapshot(donor.machine, replica)).rejects.toMatchObject({ argument: 'manifest' })
  expect(machine.applied().index).toBe(0)
  raft.hardState.save({ currentTerm: 1, votedFor: undefined })
  await sendSnapshot(donor.machine, replica)
  expect(raft.log.lastIndex).toBe(20)
})

test('nothing is applied while a snapshot is installed, and who waits is not told that it was applied already', async () => {
  const donor = await nodeAt(20)
  const { raft, replica, machine, failpoints } = await nodeAt(5)
  append({ raft }, 15)
  const waiting = replica.result({ index: 7, term: 1 })
  const covered = expect(waiting).rejects.toMatchObject({ kind: 'covered' })
  failpoints.arm('state.install.publish', () => replica.committed(15))
  await sendSnapshot(donor.machine, replica)
  await covered
  expect(machine.applied()).toEqual(expectedStates(20)[20])
  expect(replica.committedIndex).toBe(20)
})

test('a process that dies before the log is told of an installed snapshot is set right by the next open', async () => {
  const home = newHome(fastDirectory())
  const donor = await nodeAt(20)
  const { raft, replica, failpoints } = await nodeAt(5, {}, home)
  raft.hardState.save({ currentTerm: 1, votedFor: undefined })
  failpoints.arm('replica.install.committed', () => {
    throw new Error('death')
  })
  await expect(sendSnapshot(donor.machine, replica)).rejects.toThrow('death')
  expect(() => replica.committed(5)).toThrow(PoisonedError)
  replica.abandon()
  const { raft: reopened, machine } = await node(home)
  expect(reopened.log.purgeBoundary).toEqual({ index: 20, term: 1 })
  expect(machine.applied()).toEqual(expectedStates(20)[20])
})

test('a process that dies before a received snapshot is in use, and after it was kept, has it in use at the next open', async () => {
  const home = newHome(fastDirectory())
  const donor = await nodeAt(20)
  const { replica, failpoints } = await nodeAt(5, {}, home)
  failpoints.arm('state.install.publish', () => {
    throw new Error('death')
  })
  await expect(sendSnapshot(donor.machine, replica)).rejects.toThrow('death')
  replica.abandon()
  const { raft, machine } = await node(home)
  expect(raft.log.purgeBoundary).toEqual({ index: 20, term: 1 })
  expect(machine.applied()).toEqual(expectedStates(20)[20])
})

test('after a clean refusal applying waits, and goes on by the clock or by the next committed()', async () => {
  const clock = new ManualClock()
  const stalls: unknown[] = []
  const { raft, replica, machine, failpoints } = await nodeAt(3, {
    replica: { clock, retryMs: 50, listener: { onStalled: (error) => stalls.push(error) } },
  })
  failpoints.arm('state.files.wal.append.before', '2*return(ENOSPC)')
  append({ raft }, 5)
  const result = replica.result({ index: 4, term: 1 })
  replica.committed(4)
  await replica.settled()
  expect(stalls).toHaveLength(1)
  clock.goOn(50)
  await replica.settled()
  expect(stalls).toHaveLength(2)
  expect(machine.applied().index).toBe(3)
  replica.committed(5)
  expect(await result).toMatchObject({ index: 4 })
  await replica.settled()
  expect(machine.applied().index).toBe(5)
  expect(clock.waiting).toBe(0)
})

test('a replica whose state machine fails tells everybody, and refuses from then on', async () => {
  const failures: unknown[] = []
  const home = newHome(fastDirectory())
  const { raft, replica, failpoints } = await nodeAt(
    3,
    { replica: { listener: { onFailed: (error) => failures.push(error) } } },
    home,
  )
  failpoints.arm('state.files.wal.append.sync', 'return(EIO)')
  append({ raft }, 5)
  const result = replica.result({ index: 5, term: 1 })
  const rejected = expect(result).rejects.toBeInstanceOf(PoisonedError)
  replica.committed(5)
  await rejected
  expect(failures).toHaveLength(1)
  expect(() => replica.committed(5)).toThrow(PoisonedError)
  replica.abandon()
  failpoints.disarmAll()
  const { machine, replica: reopened } = await node(home)
  reopened.committed(5)
  await reopened.settled()
  expect(machine.applied()).toEqual(expectedStates(5)[5])
})

test.each([
  ['chunk.entries', { chunk: { entries: 0 } }],
  ['keepEntries', { keepEntries: -1 }],
  ['retryMs', { retryMs: 0 }],
  ['purge', { purge: 'everything' as 'snapshot' }],
  ['snapshots.ageMs', { snapshots: { ageMs: 0 } }],
])('option %s out of its range is refused', async (argument, replica) => {
  await expect(node(undefined, { replica })).rejects.toMatchObject({
    code: 'HOLDFAST_INVALID_ARGUMENT',
    argument,
  })
})

test('a replica on LMDB takes native snapshots', async () => {
  const home = newHome(fastDirectory())
  const raft = openRaft(home)
  const machine = new LmdbStateMachine(join(home.directory, 'state'), { snapshots: raft.snapshots })
  const replica = await Replica.open(raftReplicatedLog(raft), machine, {
    snapshots: { entries: 5, kind: 'native' },
    keepEntries: 0,
  })
  onTestFinished(() => replica.close())
  append({ raft }, 5)
  replica.committed(5)
  await eventually(() => expect(raft.log.purgeBoundary.index).toBe(5))
  expect((await machine.currentSnapshot())?.kind).toBe('lmdb')
})

/** A Paxos node in `directory` whose log goes on with what `log` left. */
async function paxosNode(directory: string, log: MemoryLog, failpoints?: FailpointRegistry) {
  const paxos = new PaxosStorage<Uint8Array>(log)
  const machine = new FileStateMachine(join(directory, 'state'), { clusterId: 'one' })
  const options = { clusterId: 'one', snapshots: false as const, keepEntries: 1, failpoints }
  const replica = await Replica.open(paxosReplicatedLog(paxos), machine, options)
  onTestFinished(() => replica.abandon())
  return { paxos, machine, replica }
}

/** Another node's state machine that has applied `count` entries. */
async function paxosDonor(count: number): Promise<FileStateMachine> {
  const donor = new FileStateMachine(fastDirectory(), { clusterId: 'one' })
  onTestFinished(() => donor.close())
  await donor.start()
  await donor.applyChunk(
    Array.from({ length: count }, (_, at) => ({ index: at + 1, term: 0, command: put('a', `${at}`) })),
  )
  return donor
}

test('a Paxos log feeds a replica too, and is trimmed behind its snapshots', async () => {
  const directory = fastDirectory()
  const log = new MemoryLog()
  const first = await paxosNode(directory, log)
  first.paxos.appendEntries([0, 1, 2, 3].map((at) => encodeCommand({ command: put('a', `value ${at}`) })))
  const result = first.replica.result({ index: 4, term: 0 })
  first.replica.committed(4)
  expect(await result).toMatchObject({ index: 4, code: 'OK' })
  await first.replica.takeSnapshot()
  expect([first.paxos.log.firstIndex, first.paxos.getCompactedIdx()]).toEqual([3, 3])
  first.paxos.appendEntry(encodeCommand({ command: put('b', 'last') }))
  first.paxos.setDecidedIdx(5)
  first.paxos.flush()
  first.replica.abandon()
  const { machine } = await paxosNode(directory, new MemoryLog({ disk: log.disk }))
  expect(Buffer.from(machine.get(bytes('b'))?.value ?? []).toString()).toBe('last')
})

test('a snapshot beyond the end of a Paxos log is durable there when it is installed', async () => {
  const directory = fastDirectory()
  const log = new MemoryLog()
  const { paxos, replica } = await paxosNode(directory, log)
  paxos.appendEntry(encodeCommand({ command: put('a', 'uncommitted') }))
  await sendSnapshot(await paxosDonor(9), replica)
  expect(paxos.log.stats().deferredOps).toBe(0)
  replica.abandon()
  const reopened = await paxosNode(directory, new MemoryLog({ disk: log.disk }))
  expect(reopened.paxos.log.nextIndex).toBe(9)
  reopened.paxos.appendEntry(encodeCommand({ command: put('c', 'after') }))
  reopened.replica.committed(10)
  expect(await reopened.replica.result({ index: 10, term: 0 })).toMatchObject({ code: 'OK' })
})

test('a process that dies before a Paxos log is told of a snapshot is set right by the next open', async () => {
  const directory = fastDirectory()
  const log = new MemoryLog()
  const failpoints = new FailpointRegistry()
  const { replica } = await paxosNode(directory, log, failpoints)
  failpoints.arm('replica.install.committed', () => {
    throw new Error('death')
  })
  await expect(sendSnapshot(await paxosDonor(9), replica)).rejects.toThrow('death')
  replica.abandon()
  const reopened = await paxosNode(directory, new MemoryLog({ disk: log.disk }))
  expect(reopened.paxos.log.nextIndex).toBe(9)
  expect(reopened.replica.coveredIndex).toBe(9)
})

test('entries of a log are applied as what they are', async () => {
  const { raft, replica, machine } = await node()
  const entries: RaftEntry[] = [
    { index: 1, term: 1, kind: 'noop', data: bytes('means nothing') },
    { index: 2, term: 1, kind: 'config', data: bytes('members') },
    { index: 3, term: 1, kind: 'command', data: encodeCommand({ command: put('a', '1'), time: 77 }) },
  ]
  raft.hardState.saveWith({ currentTerm: 1, votedFor: undefined }, entries)
  replica.committed(3)
  await replica.settled()
  expect(machine.membership()).toEqual({ at: { index: 2, term: 1 }, bytes: bytes('members') })
  expect(machine.applied()).toMatchObject({ index: 3, clock: 77 })
})

test('openMachine() and the raft storage share their snapshots', async () => {
  const home = newHome(fastDirectory())
  const raft = openRaft(home)
  const machine = openMachine(home, raft)
  const replica = await Replica.open(raftReplicatedLog(raft), machine)
  onTestFinished(() => replica.abandon())
  append({ raft }, 3)
  replica.committed(3)
  await replica.settled()
  const { id } = await replica.takeSnapshot()
  expect(raft.snapshots.list().map((info) => info.id)).toEqual([id])
})
