/** Uses a store that was just opened, before it was read: what its pages hold is met in another order than by reading everything. */
import { type KillStorage, perform } from '../kill/perform.ts'
import { labelOfBytes } from '../kill/values.ts'

type Operation = Parameters<typeof perform>[1]

/** What single reads returned: the entry at an index, and `undefined` where none was found. */
export type Sample = readonly [index: number, label: string | undefined]

/** Where single entries are read, as parts of the log. All of them stay. */
const samplesAt = [0.95, 0.6, 0.8, 0.55] as const
const usedBytes = 64

/**
 * Reads some entries, appends, trims a half, gives space back, replaces the last entries and sets a promise: as far as `unpromised` does
 * not name it. `value` is the number of what is written.
 */
export async function useCold(
  storage: KillStorage,
  value: number,
  unpromised: ReadonlySet<string>,
): Promise<readonly Sample[]> {
  const { firstIndex, nextIndex, compactedIndex } = storage.log
  const length = nextIndex - firstIndex
  const samples = samplesAt.map((part): Sample => {
    const index = firstIndex + Math.floor(length * part)
    const [entry] = index < nextIndex ? storage.getEntries(index, index + 1) : []
    return [index, entry && labelOfBytes(entry)]
  })
  const entry = { number: value, size: usedBytes }
  const operations: readonly Operation[] = [
    { kind: 'appendEntry', entry },
    { kind: 'trim', upTo: firstIndex + Math.floor(length / 2) },
    { kind: 'flush' },
    { kind: 'appendOnPrefix', from: Math.max(compactedIndex, nextIndex - 1), entries: [entry, entry, entry] },
    { kind: 'setPromise', ballot: { configId: 1, n: value, priority: 0, pid: 1 } },
  ]
  for (const operation of operations) {
    if (unpromised.has(operation.kind)) continue
    await perform(storage, operation)
    storage.log.reclaim()
  }
  return samples
}
