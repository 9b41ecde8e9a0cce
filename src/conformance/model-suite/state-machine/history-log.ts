/** The one log that all calls of a history are of, and what the model says of each of its entries. */

import { type StateLog, WrittenLog } from '../../state-machine/kill/log.ts'
import type { ModelEntry, ModelResult, ModelView } from '../../state-machine/model.ts'
import { StateModel } from '../../state-machine/model.ts'
import { chainAfter, digestOfModel } from '../../state-machine/model-digest.ts'

/** Of every state machine of the suite. */
export const clusterId = 'model suite'

/** What the model says of an entry, and of the state after it. */
export interface ModelMoment {
  readonly view: ModelView
  readonly chain: number
  readonly result: ModelResult | undefined
  /** Keys whose expiry the clock passed with the entry, by expiry, then key. */
  readonly expired: readonly string[]
}

/** Each entry is given to the model once, however often it is asked about. */
export class HistoryLog extends WrittenLog implements StateLog {
  readonly #moments: ModelMoment[]
  readonly #digests = new Map<number, string>()

  constructor(entries: readonly ModelEntry[]) {
    super(entries)
    const model = new StateModel()
    this.#moments = [{ view: model.view(), chain: 0, result: undefined, expired: [] }]
    for (const entry of entries) this.#moments.push(this.#momentAfter(model, entry))
  }

  /** After the entry at `index`; 0: before the first. Where the log ends before: after its last. */
  at(index: number): ModelMoment {
    const [first] = this.#moments as [ModelMoment]
    return this.#moments[index] ?? this.#moments.at(-1) ?? first
  }

  /** Of the canonical stream. */
  digestAt(index: number): string {
    const { view, chain } = this.at(index)
    const digest = this.#digests.get(index) ?? digestOfModel(view, chain, clusterId)
    this.#digests.set(index, digest)
    return digest
  }

  #momentAfter(model: StateModel, entry: ModelEntry): ModelMoment {
    const before = this.#moments.at(-1)
    const result = model.apply(entry)
    const view = model.view()
    const chain = chainAfter(before?.chain ?? 0, entry, { result, after: view })
    return { view, chain, result, expired: expiredBetween(before?.view, view.clock) }
  }
}

function expiredBetween(before: ModelView | undefined, clock: number): string[] {
  return (before?.rows ?? [])
    .flatMap(({ key, expireAt }) => (expireAt !== undefined && expireAt <= clock ? [{ key, expireAt }] : []))
    .sort(
      (left, right) =>
        left.expireAt - right.expireAt || Buffer.compare(Buffer.from(left.key), Buffer.from(right.key)),
    )
    .map(({ key }) => key)
}
