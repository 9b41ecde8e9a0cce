/** The methods of a log, each as one command of the line protocol. */
import type { DeferrableOp, LogOp } from '../../log/index.ts'
import type { LogVerbs } from '../kit/index.ts'
import type { CommandName } from './commands.ts'
import type { Connection } from './connection.ts'
import { closedError, endingOf } from './line-ending.ts'
import { textOf } from './line-values.ts'
import type { Fields } from './reply.ts'

/** A log that was opened through `connection`. To close it is to end its process. */
export function lineLog(connection: Connection): Required<LogVerbs> {
  const ending = endingOf(connection)
  const ask = async (command: CommandName, fields?: Fields): Promise<Fields> => {
    if (ending.isClosed()) throw closedError(command)
    return await connection.ask(command, fields)
  }
  const indexOf = async (name: string): Promise<number> => (await ask('indexes'))[name] as number
  return {
    append: (entries) => ask('append', { entries: entries.map(textOf) }),
    read: async (from, to, limit) => {
      const { entries } = await ask('read', { from, to, ...limit })
      return entries as Uint8Array[]
    },
    firstIndex: () => indexOf('firstIndex'),
    nextIndex: () => indexOf('nextIndex'),
    compactedIndex: () => indexOf('compactedIndex'),
    replaceSuffix: (from, entries) => ask('replaceSuffix', { from, entries: entries.map(textOf) }),
    trim: (upTo) => ask('trim', { upTo }),
    compact: (index) => ask('compact', { index }),
    setMeta: (key, value) => ask('setMeta', { key, value: value === undefined ? null : textOf(value) }),
    getMeta: async (key) => ((await ask('getMeta', { key }))['value'] ?? undefined) as Uint8Array | undefined,
    commit: (ops) => ask('commit', { ops: ops.map(plainOp) }),
    defer: (ops) => ask('defer', { ops: ops.map(plainOp) }),
    flush: () => ask('flush'),
    audit: async () => (await ask('audit'))['findings'] as never,
    close: () => ending.close(),
    abandon: () => ending.abandon(),
  }
}

function plainOp(op: LogOp | DeferrableOp): Fields {
  switch (op.kind) {
    case 'append':
      return { kind: op.kind, entries: op.entries.map(textOf) }
    case 'replaceSuffix':
      return { kind: op.kind, from: op.from, entries: op.entries.map(textOf) }
    case 'setMeta':
      return { kind: op.kind, key: op.key, value: textOf(op.value) }
    case 'trim':
    case 'compact':
    case 'deleteMeta':
      return { ...op }
    default:
      return op satisfies never
  }
}
