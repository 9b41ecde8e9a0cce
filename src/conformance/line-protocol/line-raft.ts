/** The methods of Raft storage, as commands of the line protocol. */
import type { HardState, RaftEntry } from '../../raft/index.ts'
import type { Awaitable, RaftVerbs } from '../kit/index.ts'
import type { CommandName } from './commands.ts'
import type { Connection } from './connection.ts'
import type { Hello } from './hello.ts'
import { closedError, endingOf } from './line-ending.ts'
import { textOf } from './line-values.ts'
import type { Fields } from './reply.ts'

type Ask = (command: CommandName, fields?: Fields) => Promise<Fields>

/** Raft storage that was opened through `connection`. What it does not say that it has is not there. */
export function lineRaft(connection: Connection, hello: Hello): RaftVerbs {
  const ending = endingOf(connection)
  const ask: Ask = async (command, fields) => {
    if (ending.isClosed()) throw closedError(command)
    return await connection.ask(command, fields)
  }
  return {
    ...methodsOf(ask),
    ...optionalMethodsOf(ask, hello),
    close: () => ending.close(),
    abandon: () => ending.abandon(),
  }
}

function methodsOf(ask: Ask): Omit<RaftVerbs, 'close'> {
  const indexOf = async (name: string): Promise<number> => (await ask('raftIndexes'))[name] as number
  const read = async (from: number, to: number, limit: object = {}): Promise<readonly RaftEntry[]> =>
    (await ask('readRaft', { from, to, ...limit }))['entries'] as readonly RaftEntry[]
  return {
    append: (entries) => ask('appendRaft', { entries: entries.map(plainEntry) }),
    truncate: (from) => ask('truncate', { from }),
    // What is not there is refused: whoever answers with nothing has answered something else.
    entry: async (index) => (await read(index, index + 1))[0] as RaftEntry,
    entries: (low, high, limit) => read(low, high, limit),
    term: async (index) => (await ask('termAt', { index }))['term'] as number,
    firstIndex: () => indexOf('firstIndex'),
    lastIndex: () => indexOf('lastIndex'),
    lastLogId: async () => {
      const { lastIndex, lastTerm } = await ask('raftIndexes')
      return { index: lastIndex as number, term: lastTerm as number }
    },
    purgeBoundary: async () => {
      const { boundaryIndex, boundaryTerm } = await ask('raftIndexes')
      return { index: boundaryIndex as number, term: boundaryTerm as number }
    },
    purge: ({ index, term }) => ask('purge', { index, term }),
    save: (state) => ask('saveHardState', { state: plainState(state) }),
    load: async () => ((await ask('loadHardState'))['state'] ?? undefined) as HardState | undefined,
  }
}

function optionalMethodsOf(ask: Ask, { capabilities, commands = [] }: Hello): Partial<RaftVerbs> {
  const has = (command: string): boolean => commands.includes(command)
  return {
    ...(capabilities.batch && {
      saveWith: (state: HardState | undefined, entries: readonly RaftEntry[]): Awaitable<unknown> =>
        ask('saveWith', {
          state: state === undefined ? null : plainState(state),
          entries: entries.map(plainEntry),
        }),
    }),
    ...(has('installSnapshot') && {
      installSnapshot: ({ index, term }) => ask('installSnapshot', { index, term }),
    }),
    ...(has('replaceRaftSuffix') && {
      replaceSuffix: (from, entries) => ask('replaceRaftSuffix', { from, entries: entries.map(plainEntry) }),
    }),
    ...(has('resetRaft') && { reset: () => ask('resetRaft') }),
    ...(has('flush') && { flush: () => ask('flush') }),
  }
}

function plainEntry({ index, term, kind, data }: RaftEntry): Fields {
  return { index, term, kind, data: textOf(data) }
}

/** What is not there is `null`: a field that is left out might have been forgotten. */
function plainState(state: HardState): Fields {
  if (typeof state !== 'object' || state === null) return state
  const { currentTerm, votedFor, commit, ...others } = state
  return { currentTerm, votedFor: votedFor ?? null, commit: commit ?? null, ...others }
}
