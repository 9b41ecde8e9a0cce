/** What the calls of a state machine answer, in words: what was asked of it, and what the model says. */
import type { ApplyReport, SnapshotManifest, StateMachine } from '../../../state-machine/index.ts'
import type { Outcome } from '../../oracle.ts'
import { text } from '../../state-machine/entries.ts'
import type { ModelEntry } from '../../state-machine/model.ts'
import { bytesIn } from '../../state-machine/model-digest.ts'
import type { StateCall } from './call.ts'
import type { HistoryLog } from './history-log.ts'
import { chunkDefects } from './refused-chunks.ts'

/** One word for each entry, and more where the report contradicts what is to be seen. */
export function wordsOfReport(
  { results, applied, clock, chain, durable, expired }: ApplyReport,
  entries: readonly ModelEntry[],
  machine: StateMachine,
): string[] {
  const now = machine.applied()
  const isThere = now.index === applied.index && now.clock === clock && now.chain === chain
  const isDurable = machine.durableApplied().index >= applied.index
  return [
    ...results.map(({ index, term, ok, code, changed, expireAt }, at) => {
      const { index: place, term: itsTerm } = entries[at] ?? {}
      const isOf = index === place && term === itsTerm && ok === (code === 'OK')
      return wordOf({ code, changed, expireAt }) + (isOf ? '' : `, of entry ${index} of term ${term}`)
    }),
    ...wordsOfExpired(expired === 'truncated' ? [expired] : expired.map(text)),
    ...(isThere ? [] : ['at another place than it is']),
    ...(durable === isDurable ? [] : [`${durable ? 'durable' : 'not durable'}, and it is not so`]),
  ]
}

export function wordsOfManifest({ applied, membership, kind, counts }: SnapshotManifest): string[] {
  const { index, term, clock, chain } = applied
  const said = membership && [membership.at.index, membership.at.term, text(membership.bytes)]
  const { keys, leases, bytes } = counts
  // Of other kinds it is what is stored, expired or not.
  const seen = kind === 'stream' ? `${keys} keys, ${leases} leases, ${bytes} bytes` : 'native'
  return [`at ${index}, term ${term}, clock ${clock}, chain ${chain}`, JSON.stringify(said ?? null), seen]
}

/** What the model says of the call on a state machine that is at `applied`, without how far it is durable. */
export function expectedAnswer(log: HistoryLog, applied: number, call: StateCall): Outcome {
  switch (call.kind) {
    case 'apply':
      return { kind: 'done', result: resultsOf(log, applied, log.entries(call.from, call.through)) }
    case 'refuse':
      return { kind: 'threw', error: chunkDefects[call.defect].error }
    case 'collect':
      return { kind: 'done', result: ['as many as are gone'] }
    case 'snapshot':
      return { kind: 'done', result: snapshotAt(log, applied, call.native) }
    default:
      return { kind: 'done', result: [] }
  }
}

function resultsOf(log: HistoryLog, applied: number, entries: readonly ModelEntry[]): string[] {
  const fresh = entries.filter(({ index }) => index > applied)
  return [
    ...entries.map(({ index }) => {
      const { result } = log.at(index)
      return index <= applied || result === undefined ? 'ALREADY_APPLIED' : wordOf(result)
    }),
    ...wordsOfExpired(fresh.flatMap(({ index }) => log.at(index).expired)),
  ]
}

function snapshotAt(log: HistoryLog, applied: number, isNative: boolean): string[] {
  const { view, chain } = log.at(applied)
  const { index, term, clock, rows, membership } = view
  const leases = rows.filter(({ expireAt }) => expireAt !== undefined).length
  return [
    `at ${index}, term ${term}, clock ${clock}, chain ${chain}`,
    JSON.stringify((membership && [membership.index, membership.term, membership.text]) ?? null),
    isNative ? 'native' : `${rows.length} keys, ${leases} leases, ${bytesIn(rows)} bytes`,
  ]
}

interface Result {
  readonly code: string
  readonly changed: boolean
  readonly expireAt?: number | undefined
}

function wordOf({ code, changed, expireAt }: Result): string {
  return `${code}${changed ? ' changed' : ''}${expireAt === undefined ? '' : ` until ${expireAt}`}`
}

/** The code, of what {@link wordsOfReport} says of an entry. */
export function codeIn(word: string): string {
  return /^[A-Z_]+/.exec(word)?.[0] ?? word
}

function wordsOfExpired(keys: readonly string[]): string[] {
  return keys.length === 0 ? [] : [`expired: ${keys.join(', ')}`]
}
