/** The methods of Paxos storage, each as one command of the line protocol. To the storage entries, snapshots and stop signs are bytes. */
import { createCborCodec } from '../../codec/index.ts'
import type { PaxosOp, StopSign } from '../../paxos/index.ts'
import type { PaxosVerbs } from '../kit/index.ts'
import type { CommandName } from './commands.ts'
import type { Connection } from './connection.ts'
import { closedError, endingOf } from './line-ending.ts'
import { textOf } from './line-values.ts'
import type { Fields } from './reply.ts'

const codec = createCborCodec<unknown>()

/** Paxos storage that was opened through `connection`. To close it is to end its process. */
export function linePaxos(connection: Connection): Required<PaxosVerbs> {
  const ending = endingOf(connection)
  const ask = async (command: CommandName, fields?: Fields): Promise<Fields> => {
    if (ending.isClosed()) throw closedError(command)
    return await connection.ask(command, fields)
  }
  const field = async <T>(name: string, command: CommandName, fields?: Fields): Promise<T> =>
    ((await ask(command, fields))[name] ?? undefined) as T
  const lengthAfter = (command: CommandName, fields: Fields) => field<number>('length', command, fields)
  const entriesOf = async (command: CommandName, fields: Fields): Promise<readonly unknown[]> => {
    const entries = await field<readonly Uint8Array[]>('entries', command, fields)
    return entries.map((entry) => codec.decode(entry))
  }
  return {
    appendEntry: (entry) => lengthAfter('appendEntries', { entries: [encoded(entry)] }),
    appendEntries: (entries) => lengthAfter('appendEntries', { entries: entries.map(encoded) }),
    appendOnPrefix: (from, entries) => lengthAfter('appendOnPrefix', { from, entries: entries.map(encoded) }),
    setPromise: (ballot) => ask('setPromise', { ballot }),
    getPromise: () => field('ballot', 'getPromise'),
    setAcceptedRound: (ballot) => ask('setAcceptedRound', { ballot }),
    getAcceptedRound: () => field('ballot', 'getAcceptedRound'),
    setDecidedIdx: (index) => ask('setDecidedIdx', { index }),
    getDecidedIdx: () => field('index', 'getDecidedIdx'),
    getEntries: (from, to) => entriesOf('getEntries', { from, to }),
    getSuffix: (from) => entriesOf('getSuffix', { from }),
    getLogLen: () => field('length', 'getLogLen'),
    trim: (upTo) => ask('trim', { upTo }),
    setCompactedIdx: (index) => ask('setCompactedIdx', { index }),
    getCompactedIdx: () => field('index', 'getCompactedIdx'),
    setSnapshot: (snapshot) => ask('setSnapshot', { value: encodedOrNull(snapshot) }),
    getSnapshot: async () => {
      const value = await field<Uint8Array | undefined>('value', 'getSnapshot')
      return value === undefined ? undefined : codec.decode(value)
    },
    setStopsign: (stopsign) => ask('setStopsign', { value: encodedOrNull(stopsign) }),
    getStopsign: async () => {
      const value = await field<Uint8Array | undefined>('value', 'getStopsign')
      return value === undefined ? undefined : (codec.decode(value) as StopSign)
    },
    writeAtomically: (ops) => ask('writeAtomically', { ops: ops.map(plainOp) }),
    flush: () => ask('flush'),
    close: () => ending.close(),
    abandon: () => ending.abandon(),
  }
}

function plainOp(op: PaxosOp<unknown, unknown>): Fields {
  switch (op.kind) {
    case 'appendEntry':
      return { kind: 'appendEntries', entries: [encoded(op.entry)] }
    case 'appendEntries':
      return { kind: op.kind, entries: op.entries.map(encoded) }
    case 'appendOnPrefix':
      return { kind: op.kind, from: op.from, entries: op.entries.map(encoded) }
    case 'setSnapshot':
      return { kind: op.kind, value: encodedOrNull(op.snapshot) }
    case 'setStopsign':
      return { kind: op.kind, value: encodedOrNull(op.stopsign) }
    default:
      return { ...op }
  }
}

function encoded(value: unknown): string {
  return textOf(codec.encode(value))
}

function encodedOrNull(value: unknown): string | null {
  return value === undefined ? null : encoded(value)
}
