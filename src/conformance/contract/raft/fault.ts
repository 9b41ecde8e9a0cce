/** Failures at the sites of Raft storage, and of the log beneath it. */
import assert from 'node:assert/strict'
import { CorruptionError, FormatVersionError, PoisonedError, WriteFailedError } from '../../../errors.ts'
import { raftSites } from '../../../raft/index.ts'
import type { CaseContext, ContractCase } from '../contract-case.ts'
import { assertThrows, eventsOf } from '../expectations.ts'
import { append, replaceSuffix, setMeta } from '../log-ops.ts'
import {
  assertRaft,
  type CaseNode,
  crashRaft,
  entriesOf,
  entry,
  id,
  openFilledRaft,
  openRaft,
} from './raft-case.ts'
import { everyCall } from './reopen.ts'

interface Write {
  readonly name: string
  readonly class: 'commit' | 'deferred'
  readonly call: (node: CaseNode) => unknown
}

const state = { currentTerm: 3, votedFor: 1 }

/** Every operation that writes, by the name that metrics, errors and sites give it. */
const writes: readonly Write[] = [
  { name: 'append', class: 'commit', call: ({ log }) => log.append([entry(4, 3)]) },
  { name: 'replace_suffix', class: 'commit', call: ({ log }) => log.replaceSuffix(3, [entry(3, 3)]) },
  { name: 'truncate', class: 'commit', call: ({ log }) => log.truncate(3) },
  { name: 'purge', class: 'deferred', call: ({ log }) => log.purge(id(2, 1)) },
  { name: 'install_snapshot', class: 'commit', call: ({ log }) => log.installSnapshot(id(9, 3)) },
  { name: 'reset', class: 'commit', call: ({ log }) => log.reset() },
  { name: 'save_hard_state', class: 'commit', call: ({ hardState }) => hardState.save(state) },
  { name: 'save_with', class: 'commit', call: ({ hardState }) => hardState.saveWith(state, [entry(4, 3)]) },
]

const reads: readonly ((node: CaseNode) => unknown)[] = [
  ({ log }) => log.term(1),
  ({ log }) => log.entry(1),
  ({ log }) => log.entries(1, 3),
  ({ log }) => log.lastLogId,
  ({ hardState }) => hardState.load(),
]

export const raftFaultCases: readonly ContractCase[] = [
  ...writes.map(
    ({ name, class: writeClass, call }, position): ContractCase => ({
      id: `RAFT-FAULT-${String(position + 1).padStart(3, '0')}`,
      rule: `A failure at raft.${name} is told to the caller and to the observer, and changes nothing.`,
      edge: [168, 'P-1', 'P-14'],
      run(context) {
        let node = filled(context)
        const armed = context.failpoints.arm(`raft.${name}`, 'return(EIO)')
        const error = assertThrows(WriteFailedError, () => call(node))
        armed.disarm()
        assert.deepEqual([error.reason, error.inDoubt, error.operation], ['io', false, name])
        assert.deepEqual(failuresOf(context), [[name, writeClass, 'io']])
        assertFilled(node)
        node = crashRaft(context, node)
        assertFilled(node)
        call(node)
        assert.equal(failuresOf(context).length, 1)
      },
    }),
  ),
  {
    id: 'RAFT-FAULT-020',
    rule: 'A failure of the log beneath is told once, by the operation that the engine called.',
    edge: [173, 190],
    run(context) {
      const node = filled(context)
      for (const { name, class: writeClass, call } of writes) {
        const told = failuresOf(context).length
        const site = writeClass === 'commit' ? 'log.commit.inside' : 'log.defer'
        const armed = context.failpoints.arm(site, 'return(ENOSPC)')
        const error = assertThrows(WriteFailedError, () => call(node), name)
        armed.disarm()
        assert.deepEqual([error.operation, error.reason], [name, 'no_space'])
        assert.deepEqual(failuresOf(context).slice(told), [[name, writeClass, 'no_space']])
        assertFilled(node)
      }
    },
  },
  {
    id: 'RAFT-FAULT-021',
    rule: 'Once the medium is in doubt, every call is PoisonedError, until the storage is opened anew.',
    edge: [171, 172, 'P-12'],
    run(context) {
      let node = filled(context)
      const armed = context.failpoints.arm('log.commit.inside', 'return(EIO)')
      assertThrows(WriteFailedError, () => node.log.append([entry(4, 3)]))
      armed.disarm()
      for (const [name, call] of everyCall) assertThrows(PoisonedError, () => call(node), name)
      node.log.close()
      node = openRaft(context)
      assertFilled(node)
      node.log.append([entry(4, 3)])
      assertRaft(node, { terms: [1, 1, 2, 3] })
    },
  },
  {
    id: 'RAFT-FAULT-022',
    rule: 'A commit that was reported as failed and is there is found when the storage is opened anew.',
    edge: [171],
    run(context) {
      let node = filled(context)
      const armed = context.failpoints.arm('log.commit.after', 'return')
      const error = assertThrows(WriteFailedError, () => node.hardState.saveWith(state, entriesOf(3, [3, 3])))
      armed.disarm()
      assert.equal(error.inDoubt, true)
      node = crashRaft(context, node)
      assertRaft(node, { terms: [1, 1, 3, 3], hardState: state })
    },
  },
  {
    id: 'RAFT-FAULT-023',
    rule: 'A read that is failed at raft.read is CorruptionError, is told to the observer, and harms nothing.',
    run(context) {
      const node = filled(context)
      const armed = context.failpoints.arm('raft.read', 'return')
      for (const read of reads) assertThrows(CorruptionError, () => read(node), String(read))
      armed.disarm()
      assert.equal(eventsOf(context.events, 'corruption').length, reads.length)
      assertFilled(node)
    },
  },
  {
    id: 'RAFT-FAULT-024',
    rule: 'Bytes that are no entry, no vote, or of a term that contradicts those around are CorruptionError, or FormatVersionError, and never data.',
    edge: [142, 'R-6', 'P-15', 'P-18'],
    run(context) {
      const node = openRaft(context)
      node.log.append(entriesOf(1, [2, 2]))
      const { log: store } = node.log
      store.commit([
        replaceSuffix(2, '\u0001\u0001'),
        append('\u0001\u0001 no entry'),
        append('\u0002 newer format'),
      ])
      const newer = assertThrows(FormatVersionError, () => node.log.entry(4))
      assert.deepEqual([newer.found, newer.supported], [2, 1])
      for (const index of [2, 3]) {
        const error = assertThrows(CorruptionError, () => node.log.entry(index), `entry(${index})`)
        assert.equal(error.index, index)
      }
      assertThrows(CorruptionError, () => node.log.entries(1, 4))
      store.commit([replaceSuffix(2), append('\u0001\u0001\0\0\0\0\0\0\0\u0001'), setMeta('raft.vote', 'x')])
      const reopened = crashRaft(context, node)
      assert.equal(reopened.log.term(1), 2)
      assertThrows(CorruptionError, () => reopened.log.term(2), 'a term that goes down')
      assertThrows(CorruptionError, () => reopened.hardState.load())
      assertThrows(CorruptionError, () => reopened.hardState.save(state))
    },
  },
  {
    id: 'RAFT-FAULT-025',
    rule: 'Every failpoint site of Raft storage is hit by an ordinary life of it.',
    run(context) {
      const node = filled(context)
      context.failpoints.countHits(true)
      for (const read of reads) read(node)
      for (const { call } of writes) {
        node.log.reset()
        node.log.append(entriesOf(1, [1, 1, 2]))
        call(node)
      }
      const hits = new Map(context.failpoints.sites().map((site) => [site.name, site.hits]))
      for (const { name } of raftSites) assert.ok((hits.get(name) ?? 0) > 0, `${name} is never hit`)
    },
  },
]

function filled(context: CaseContext): CaseNode {
  return openFilledRaft(context, [1, 1, 2])
}

function assertFilled(node: CaseNode): void {
  assertRaft(node, { terms: [1, 1, 2] })
}

function failuresOf(context: CaseContext): unknown[] {
  return eventsOf(context.events, 'writeFailure').map((event) => [event.operation, event.class, event.reason])
}
