/** Uses Raft storage that was just opened, before it was read: what its pages hold is met in another order than by reading everything. */

import type { RaftHistoryOperation } from '../history.ts'
import { type Labelled, textOf } from '../model.ts'
import { labelled } from '../node.ts'
import type { OpenedRaft } from '../opened.ts'
import { perform } from '../perform.ts'

/** What single reads returned: an entry, or the term at its index alone. */
export interface RaftSample {
  readonly index: number
  readonly said: string
}

/** Where single entries are read, as parts of the log. All of them stay. */
const samplesAt = [0.95, 0.6, 0.8, 0.55] as const
const usedBytes = 64

type Operation = Exclude<RaftHistoryOperation, { kind: 'reopen' }>

/**
 * Reads some entries and terms, begins a term with a vote, appends, purges a half, gives space back and replaces the last entries: as far
 * as that is promised. `number` is that of the values that are written.
 */
export async function useCold(opened: OpenedRaft, number: number): Promise<readonly RaftSample[]> {
  const { log, hardState, calls, storage } = opened
  const { firstIndex, lastIndex } = log
  const places = samplesAt.map((part) => firstIndex + Math.floor((lastIndex - firstIndex) * part))
  const samples = places.flatMap((index): RaftSample[] => [
    { index, said: textOf(labelled(log.entry(index))) },
    { index, said: termText(log.term(index)) },
  ])
  const { currentTerm = 0, commit } = hardState.load() ?? {}
  const term = currentTerm + 1
  const entryAt = (index: number) =>
    ({ index, term, kind: 'command', value: { number, size: usedBytes } }) as const
  const middle = firstIndex + Math.floor((lastIndex - firstIndex) / 2)
  const half = { index: middle, term: log.term(middle) }
  const operations: readonly Operation[] = [
    { kind: 'save', state: { currentTerm: term, votedFor: 'cold', commit } },
    { kind: 'append', entries: [entryAt(lastIndex + 1)] },
    ...(calls.snapshots
      ? [{ kind: 'takeSnapshot', at: half, value: { number, size: usedBytes } } as const]
      : []),
    ...(calls.purge ? [{ kind: 'purge', upTo: half } as const] : []),
    { kind: 'flush' },
    ...(calls.appendConflicting
      ? [{ kind: 'append', entries: [entryAt(lastIndex), entryAt(lastIndex + 1)] } as const]
      : []),
  ]
  for (const operation of operations) {
    await perform(opened, operation)
    storage?.log.log.reclaim()
  }
  return samples
}

/** The sample that is not what the log says now that it was read whole. */
export function wrongSample(
  samples: readonly RaftSample[],
  entries: readonly Labelled[],
): string | undefined {
  const byIndex = new Map(entries.map((entry) => [entry.index, entry]))
  for (const { index, said } of samples) {
    const entry = byIndex.get(index)
    if (entry === undefined || [textOf(entry), termText(entry.term)].includes(said)) continue
    return `entry ${index} was read as ${said}, and is ${textOf(entry)}`
  }
  return undefined
}

function termText(term: number): string {
  return `of term ${term}`
}
