/** Checks what the methods of Raft storage return. */
import { show } from '../../arguments.ts'
import { entryKinds, type HardState, type LogId, type RaftEntry } from '../../raft/index.ts'
import { AdapterError } from './adapter-error.ts'
import { asIndex } from './answers.ts'

export function asLogId(method: string, value: unknown): LogId {
  const { index, term } = (value ?? {}) as Partial<LogId>
  return { index: asIndex(method, index), term: asIndex(method, term) }
}

export function asRaftEntry(method: string, value: unknown): RaftEntry<unknown> {
  const { kind, data } = (value ?? {}) as Partial<RaftEntry<unknown>>
  const { index, term } = asLogId(method, value)
  if (kind === undefined || !entryKinds.includes(kind))
    throw wrong(method, kind, `a kind for each entry, which is one of ${entryKinds.join(', ')}`)
  if (data instanceof Uint8Array) return { index, term, kind, data }
  throw wrong(method, data, 'a Uint8Array for the data of each entry')
}

/** Many stores say `null` for what is not there. */
export function asHardState(value: unknown): HardState | undefined {
  if (value === undefined || value === null) return undefined
  const { currentTerm, votedFor, commit } = value as Partial<HardState>
  const isServer = ['number', 'string', 'undefined'].includes(typeof (votedFor ?? undefined))
  if (!isServer) throw wrong('load', votedFor, 'a number or a text for votedFor, or undefined')
  return {
    currentTerm: asIndex('load', currentTerm),
    votedFor: votedFor ?? undefined,
    ...(commit !== undefined && commit !== null && { commit: asIndex('load', commit) }),
  }
}

function wrong(method: string, value: unknown, expected: string): AdapterError {
  return new AdapterError('answer', `${method}() answered ${show(value)}; it should answer ${expected}`)
}
