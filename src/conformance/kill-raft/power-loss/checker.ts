/** Opens one image of Raft storage after the other, says what is in it, and goes on to use it. */
import { nameAndMessageOf } from '../../../message-of.ts'
import { throwIfAdapters } from '../../kill/cannot-run.ts'
import { loadAdapter } from '../../kill/load-adapter.ts'
import { answerOrders, codeOf } from '../../power-loss/check/answer-orders.ts'
import { changesIn, makeOld } from '../../power-loss/check/changes.ts'
import type { CheckAnswer, CheckOrder } from '../../power-loss/check/protocol.ts'
import { lastOf } from '../model.ts'
import { openRaft } from '../opened.ts'
import type { RaftRecovered } from '../oracle.ts'
import { perform, readRecovered } from '../perform.ts'
import { useCold, wrongSample } from '../rot/use-cold.ts'

const [adapterUrl = ''] = process.argv.slice(2)
const adapter = await loadAdapter(adapterUrl)

await answerOrders(check)

async function check({
  root,
  directory,
  value,
  isUsedFirst = false,
}: CheckOrder): Promise<CheckAnswer<RaftRecovered>> {
  if (isUsedFirst) return checkUsed(directory, value)
  let recovered: RaftRecovered
  let changes: readonly string[]
  try {
    const before = makeOld(root)
    recovered = await readRecovered(adapter, directory)
    changes = changesIn(root, before, (name) => adapter.volatileFiles?.includes(name) === true)
  } catch (error) {
    throwIfAdapters(error)
    return { kind: 'refused', error: nameAndMessageOf(error), code: codeOf(error) }
  }
  try {
    return { kind: 'opened', recovered, changes, unusable: await use(directory, value, recovered) }
  } catch (error) {
    throwIfAdapters(error)
    const unusable = `appending an entry, and opening it once more failed: ${nameAndMessageOf(error)}`
    return { kind: 'opened', recovered, changes, unusable, unusableCode: codeOf(error) }
  }
}

/** Uses it, and then says what is in it. */
async function checkUsed(directory: string, value: number): Promise<CheckAnswer<RaftRecovered>> {
  try {
    const opened = openRaft(adapter, directory)
    let samples: Awaited<ReturnType<typeof useCold>>
    try {
      await opened.storage?.recover()
      samples = await useCold(opened, value)
    } finally {
      opened.close()
    }
    const recovered = await readRecovered(adapter, directory)
    return { kind: 'opened', recovered, unusable: wrongSample(samples, recovered.state.log.entries) }
  } catch (error) {
    throwIfAdapters(error)
    return { kind: 'refused', error: nameAndMessageOf(error), code: codeOf(error) }
  }
}

/** It must go on as if nothing had been. Returns what went wrong. */
async function use(directory: string, number: number, { state }: RaftRecovered): Promise<string | undefined> {
  const { index, term } = lastOf(state.log)
  const opened = openRaft(adapter, directory)
  try {
    const entry = { index: index + 1, term, kind: 'command', value: { number, size: 64 } } as const
    await perform(opened, { kind: 'append', entries: [entry] })
  } finally {
    opened.close()
  }
  const { state: after } = await readRecovered(adapter, directory)
  const kept = JSON.stringify(after.log.entries.slice(0, -1)) === JSON.stringify(state.log.entries)
  if (kept && lastOf(after.log).index === index + 1) return undefined
  return `an entry was appended at ${index + 1}, and after a reopen the log is not what it was with that entry`
}
