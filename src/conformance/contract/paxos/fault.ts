/** Failures at the sites of Paxos storage, and of the log beneath it. */
import assert from 'node:assert/strict'
import { CorruptionError, PoisonedError, WriteFailedError } from '../../../errors.ts'
import { paxosSites } from '../../../paxos/index.ts'
import type { CaseContext, ContractCase } from '../contract-case.ts'
import { assertThrows, eventsOf } from '../expectations.ts'
import { numbered } from '../log-ops.ts'
import { assertPaxos, ballot, type CaseStorage, crashPaxos, openPaxos, stopSign } from './paxos-case.ts'

interface Write {
  readonly name: string
  readonly class: 'commit' | 'deferred'
  readonly call: (storage: CaseStorage) => unknown
}

/** Every operation that writes, by the name that metrics, errors and sites give it. */
const writes: readonly Write[] = [
  { name: 'append_entry', class: 'commit', call: (storage) => storage.appendEntry('x') },
  { name: 'append_entries', class: 'commit', call: (storage) => storage.appendEntries(['x', 'y']) },
  { name: 'append_on_prefix', class: 'commit', call: (storage) => storage.appendOnPrefix(1, ['x']) },
  { name: 'set_promise', class: 'commit', call: (storage) => storage.setPromise(ballot(9)) },
  { name: 'set_accepted_round', class: 'commit', call: (storage) => storage.setAcceptedRound(ballot(9)) },
  { name: 'set_stopsign', class: 'commit', call: (storage) => storage.setStopsign(stopSign(9)) },
  { name: 'set_decided_idx', class: 'deferred', call: (storage) => storage.setDecidedIdx(3) },
  { name: 'set_compacted_idx', class: 'deferred', call: (storage) => storage.setCompactedIdx(2) },
  { name: 'trim', class: 'deferred', call: (storage) => storage.trim(2) },
  { name: 'set_snapshot', class: 'deferred', call: (storage) => storage.setSnapshot('x') },
  {
    name: 'write_atomically',
    class: 'commit',
    call: (storage) => storage.writeAtomically([{ kind: 'appendEntry', entry: 'x' }]),
  },
]

const reads: readonly ((storage: CaseStorage) => unknown)[] = [
  (storage) => storage.getEntries(0, 1),
  (storage) => storage.getSuffix(0),
  (storage) => storage.getPromise(),
  (storage) => storage.getAcceptedRound(),
  (storage) => storage.getDecidedIdx(),
  (storage) => storage.getSnapshot(),
  (storage) => storage.getStopsign(),
]

export const paxosFaultCases: readonly ContractCase[] = [
  ...writes.map(
    ({ name, class: writeClass, call }, position): ContractCase => ({
      id: `PAXOS-FAULT-${String(position + 1).padStart(3, '0')}`,
      rule: `A failure at paxos.${name} is told to the caller and to the observer, and changes nothing.`,
      edge: [168, 'P-1'],
      run(context) {
        let storage = filled(context)
        const armed = context.failpoints.arm(`paxos.${name}`, 'return')
        const error = assertThrows(WriteFailedError, () => call(storage))
        armed.disarm()
        assert.deepEqual([error.reason, error.inDoubt, error.operation], ['injected', false, name])
        assert.deepEqual(
          eventsOf(context.events, 'writeFailure').map((event) => [
            event.operation,
            event.class,
            event.reason,
          ]),
          [[name, writeClass, 'injected']],
        )
        assertFilled(storage)
        storage = crashPaxos(context, storage)
        assertFilled(storage)
        call(storage)
        assert.equal(eventsOf(context.events, 'writeFailure').length, 1)
      },
    }),
  ),
  {
    id: 'PAXOS-FAULT-020',
    rule: 'A failure at paxos.deferred_write makes just that write vanish, of whichever kind, and no committed one.',
    edge: [151],
    run(context) {
      let storage = filled(context)
      const armed = context.failpoints.arm('paxos.deferred_write', 'return')
      for (const { name, class: writeClass, call } of writes.slice(6, 10)) {
        assert.equal(writeClass, 'deferred')
        const error = assertThrows(WriteFailedError, () => call(storage), name)
        assert.deepEqual([error.reason, error.operation], ['injected', name])
      }
      storage.setPromise(ballot(5))
      storage.writeAtomically([
        { kind: 'setDecidedIdx', index: 1 },
        { kind: 'appendEntry', entry: 'e3' },
      ])
      armed.disarm()
      storage = crashPaxos(context, storage)
      assertPaxos(storage, { suffix: numbered(4), logLen: 4, decidedIdx: 1, promise: ballot(5) })
    },
  },
  {
    id: 'PAXOS-FAULT-021',
    rule: 'The reason that a site is armed with is the reason that is told, and never leaves the log in doubt.',
    edge: [190],
    run(context) {
      const storage = filled(context)
      for (const [actions, reason] of [
        ['return(ENOSPC)', 'no_space'],
        ['return(EIO)', 'io'],
        ['return(EROFS)', 'read_only'],
        ['throw(no such luck)', 'injected'],
      ] as const) {
        const armed = context.failpoints.arm('paxos.append_entry', actions)
        const error = assertThrows(WriteFailedError, () => storage.appendEntry('x'), actions)
        armed.disarm()
        assert.deepEqual([error.reason, error.inDoubt], [reason, false])
        assertFilled(storage)
      }
    },
  },
  {
    id: 'PAXOS-FAULT-022',
    rule: 'A failure at paxos.read is CorruptionError from every read, is told to the observer, and passes.',
    run(context) {
      const storage = filled(context)
      for (const read of reads) {
        const armed = context.failpoints.arm('paxos.read', 'return')
        assertThrows(CorruptionError, () => read(storage), String(read))
        armed.disarm()
      }
      assert.equal(eventsOf(context.events, 'corruption').length, reads.length)
      assertFilled(storage)
    },
  },
  {
    id: 'PAXOS-FAULT-023',
    rule: 'A failure of the log beneath is told once, by the operation that the engine called.',
    edge: [173, 190],
    run(context) {
      const storage = filled(context)
      for (const { name, class: writeClass, call } of writes) {
        const told = eventsOf(context.events, 'writeFailure').length
        const armed = context.failpoints.arm(
          writeClass === 'commit' ? 'log.commit.inside' : 'log.defer',
          'return(ENOSPC)',
        )
        const error = assertThrows(WriteFailedError, () => call(storage), name)
        armed.disarm()
        assert.deepEqual([error.operation, error.reason], [name, 'no_space'])
        const events = eventsOf(context.events, 'writeFailure').slice(told)
        assert.deepEqual(
          events.map((event) => [event.operation, event.class, event.reason]),
          [[name, writeClass, 'no_space']],
        )
        assertFilled(storage)
      }
    },
  },
  {
    id: 'PAXOS-FAULT-024',
    rule: 'Once the medium is in doubt, every call is PoisonedError, until the storage is opened anew.',
    edge: [171, 172, 'P-12'],
    run(context) {
      let storage = filled(context)
      const armed = context.failpoints.arm('log.commit.inside', 'return(EIO)')
      assertThrows(WriteFailedError, () => storage.appendEntry('x'))
      armed.disarm()
      for (const { name, call } of writes) assertThrows(PoisonedError, () => call(storage), name)
      for (const read of [...reads, (each: CaseStorage) => each.getLogLen()]) {
        assertThrows(PoisonedError, () => read(storage), String(read))
      }
      storage.close()
      storage = openPaxos(context)
      assertFilled(storage)
      assert.equal(storage.appendEntry('e3'), 4)
    },
  },
  {
    id: 'PAXOS-FAULT-025',
    rule: 'Every failpoint site of Paxos storage is hit by an ordinary life of it.',
    run(context) {
      const storage = filled(context)
      context.failpoints.countHits(true)
      for (const { call } of writes) call(storage)
      for (const read of reads) read(storage)
      const hits = new Map(context.failpoints.sites().map((site) => [site.name, site.hits]))
      for (const { name } of paxosSites) assert.ok((hits.get(name) ?? 0) > 0, `${name} is never hit`)
    },
  },
]

function filled(context: CaseContext): CaseStorage {
  const storage = openPaxos(context)
  storage.appendEntries(numbered(3))
  return storage
}

function assertFilled(storage: CaseStorage): void {
  assertPaxos(storage, { suffix: numbered(3), logLen: 3 })
}
