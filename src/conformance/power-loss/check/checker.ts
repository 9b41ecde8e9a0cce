/** Opens one image of a log after the other, says what is in it, and goes on to use it. */
import { nameAndMessageOf } from '../../../message-of.ts'
import { labelOfValue } from '../../history-model.ts'
import { throwIfAdapters } from '../../kill/cannot-run.ts'
import { loadAdapter } from '../../kill/load-adapter.ts'
import { type KillStorage, perform, storageOn } from '../../kill/perform.ts'
import { viewOf } from '../../kill/recovered.ts'

import type { ModelView } from '../../model.ts'
import { isSameView, type Recovered } from '../../oracle.ts'
import { unpromisedKinds } from '../../promised-history.ts'
import { useCold } from '../../rot/use-cold.ts'
import { answerOrders, codeOf } from './answer-orders.ts'
import { changesIn, makeOld } from './changes.ts'
import type { CheckAnswer, CheckOrder } from './protocol.ts'

/** Of the value that is appended. */
const usedBytes = 64

const [adapterUrl = ''] = process.argv.slice(2)
const adapter = await loadAdapter(adapterUrl)

await answerOrders(check)

async function check({ root, directory, value, isUsedFirst = false }: CheckOrder): Promise<CheckAnswer> {
  if (isUsedFirst) return checkUsed(directory, value)
  let first: Seen
  let changes: readonly string[]
  try {
    const before = makeOld(root)
    first = await visit(directory)
    changes = changesIn(root, before, (name) => adapter.volatileFiles?.includes(name) === true)
  } catch (error) {
    throwIfAdapters(error)
    return { kind: 'refused', error: nameAndMessageOf(error), code: codeOf(error) }
  }
  let again = first
  try {
    const use = async (storage: KillStorage): Promise<void> => {
      await perform(storage, { kind: 'appendEntry', entry: { number: value, size: usedBytes } })
    }
    again = await visit(directory, use)
    const unusable = compareUsed(first.view, value, await visit(directory))
    return { kind: 'opened', recovered: { ...first, again }, changes, unusable }
  } catch (error) {
    throwIfAdapters(error)
    const unusable = `opening it again, appending, closing and opening it once more failed: ${nameAndMessageOf(error)}`
    return { kind: 'opened', recovered: { ...first, again }, changes, unusable, unusableCode: codeOf(error) }
  }
}

/** Uses it, and then says what is in it. */
async function checkUsed(directory: string, value: number): Promise<CheckAnswer> {
  const unpromised: ReadonlySet<string> =
    adapter.capabilities === undefined ? new Set() : unpromisedKinds(adapter.capabilities)
  try {
    const samples = await opened(directory, (storage) => useCold(storage, value, unpromised))
    const first = await visit(directory)
    const again = await visit(directory)
    const labels = new Map(first.view.entries)
    const wrong = samples.find(([index, label]) => labels.has(index) && labels.get(index) !== label)
    const unusable = wrong && `entry ${wrong[0]} was read as ${wrong[1]}, and is ${labels.get(wrong[0])}`
    return { kind: 'opened', recovered: { ...first, again }, unusable }
  } catch (error) {
    throwIfAdapters(error)
    return { kind: 'refused', error: nameAndMessageOf(error), code: codeOf(error) }
  }
}

type Seen = Recovered['again']

/** Opens it, does something, and closes it. Returns what there was at first. */
function visit(directory: string, use?: (storage: KillStorage) => Promise<void>): Promise<Seen> {
  return opened(directory, async (storage) => {
    const seen = see(storage)
    await use?.(storage)
    return seen
  })
}

async function opened<T>(directory: string, body: (storage: KillStorage) => Promise<T>): Promise<T> {
  const storage: KillStorage = storageOn(await adapter.open(directory), undefined, adapter.parts)
  try {
    return await body(storage)
  } finally {
    await storage.close()
  }
}

function see(storage: KillStorage): Seen {
  return { view: viewOf(storage), audit: storage.log.audit().map((finding) => JSON.stringify(finding)) }
}

/** The store must be as it was before the append, and one entry longer. */
function compareUsed(before: ModelView<string>, number: number, { view, audit }: Seen): string | undefined {
  const { nextIndex, entries } = before
  const added = [nextIndex, labelOfValue({ number, size: usedBytes })] as const
  const expected = { ...before, nextIndex: nextIndex + 1, entries: [...entries, added] }
  if (audit.length > 0) return `after an append and a reopen, the audit finds ${audit.join(', ')}`
  if (isSameView(view, expected)) return undefined
  return `an entry was appended at ${nextIndex}, and after a reopen the log is not what it was with that entry`
}
