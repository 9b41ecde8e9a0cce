/** Opens one image of a state machine after the other, says what is in it, and goes on to use it. */
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { nameAndMessageOf } from '../../../message-of.ts'
import { answerOrders, codeOf } from '../../power-loss/check/answer-orders.ts'
import { changesIn, makeOld } from '../../power-loss/check/changes.ts'
import type { CheckAnswer, CheckOrder } from '../../power-loss/check/protocol.ts'
import { put, viewOf } from '../entries.ts'
import { applySteps } from '../expectations.ts'
import type { RecoveredState } from '../kill/oracle.ts'
import { startMachine } from '../kill/perform.ts'
import { readRecovered } from '../kill/recovered.ts'
import { loadDurableStateAdapter } from '../load-state-adapter.ts'
import type { ModelView } from '../model.ts'

const [adapterUrl = ''] = process.argv.slice(2)
const adapter = await loadDurableStateAdapter(adapterUrl)

/** Of the replica that snapshots are installed in. */
const fresh = 'fresh'
const ofFresh = new RegExp(`^\\w+ ${fresh}(/|$)`)

await answerOrders(check)

async function check({ root, directory }: CheckOrder): Promise<CheckAnswer<RecoveredState>> {
  let recovered: RecoveredState
  let changes: readonly string[]
  try {
    const before = makeOld(root)
    recovered = await readRecovered(adapter, { node: directory, fresh: join(root, fresh) })
    const changed = changesIn(root, before, (name) => adapter.volatileFiles?.includes(name) === true)
    changes = changed.filter((change) => !ofFresh.test(change))
  } catch (error) {
    return { kind: 'refused', error: nameAndMessageOf(error), code: codeOf(error) }
  }
  try {
    return { kind: 'opened', recovered, changes, unusable: await use(directory, recovered.view) }
  } catch (error) {
    const unusable = `applying, taking a snapshot and a checkpoint, and opening it once more failed: ${nameAndMessageOf(error)}`
    return { kind: 'opened', recovered, changes, unusable, unusableCode: codeOf(error) }
  }
}

/** It must go on as if nothing had been. Returns what went wrong. */
async function use(directory: string, before: ModelView): Promise<string | undefined> {
  const machine = await startMachine(adapter, directory)
  await applySteps(machine, [put('used', 'x')])
  const { id } = await machine.createSnapshot()
  await machine.checkpoint()
  const used = viewOf(machine)
  await machine.close()
  const again = await startMachine(adapter, directory)
  const [view, newest] = [viewOf(again), await again.currentSnapshot()]
  await again.close()
  if (used.index !== before.index + 1) return `after one more entry it is at ${used.index}`
  if (!isDeepStrictEqual(view, used)) return 'an entry was applied, and after a reopen it is not what it was'
  if (newest?.id === id || (newest?.applied.index ?? 0) > used.index) return undefined
  return `snapshot ${id} was taken, and after a reopen the newest is ${newest?.id ?? 'none'}`
}
