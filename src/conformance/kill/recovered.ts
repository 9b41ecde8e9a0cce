/** Reads everything that a store holds, through its public API, without writing to it. */
import type { LogAdapter } from '../adapter.ts'
import type { ContractParts } from '../contract/index.ts'
import { labelOfBallot } from '../history-model.ts'
import type { ModelView } from '../model.ts'
import type { Recovered } from '../oracle.ts'
import { type KillStorage, storageOn } from './perform.ts'
import { labelOfBytes } from './values.ts'

/** Opens the store twice. @throws what the store throws when it cannot be opened or read */
export function readRecovered(adapter: LogAdapter, directory: string, parts?: ContractParts): Recovered {
  return { ...readOnce(adapter, directory, parts), again: readOnce(adapter, directory, parts) }
}

function readOnce(
  adapter: LogAdapter,
  directory: string,
  parts: ContractParts | undefined,
): { view: ModelView<string>; audit: string[] } {
  using storage: KillStorage = storageOn(adapter.open(directory), undefined, { ...adapter.parts, ...parts })
  const view = viewOf(storage)
  const audit = storage.log.audit().map((finding) => JSON.stringify(finding))
  return { view, audit }
}

/** A decided index of 0 is that of a storage which has none. */
export function viewOf(storage: KillStorage): ModelView<string> {
  const { log } = storage
  const indexes = Array.from(log.entries(), ({ index }) => index)
  const values = storage.getSuffix(0).map(labelOfBytes)
  const { firstIndex, nextIndex, compactedIndex } = log
  return {
    firstIndex,
    nextIndex,
    compactedIndex,
    entries: values.map((value, position) => [indexes[position] ?? -1, value]),
    meta: metaOf(storage),
  }
}

function metaOf(storage: KillStorage): [key: string, value: string][] {
  const promise = storage.getPromise()
  const acceptedRound = storage.getAcceptedRound()
  const decidedIndex = storage.getDecidedIdx()
  const snapshot = storage.getSnapshot()
  const stopSign = storage.getStopsign()
  const meta: [string, string | undefined][] = [
    ['accepted round', acceptedRound && labelOfBallot(acceptedRound)],
    ['decided index', decidedIndex === 0 ? undefined : String(decidedIndex)],
    ['promise', promise && labelOfBallot(promise)],
    ['snapshot', snapshot && labelOfBytes(snapshot)],
    ['stop sign', stopSign && JSON.stringify(stopSign)],
  ]
  return meta.filter((pair): pair is [string, string] => pair[1] !== undefined)
}
