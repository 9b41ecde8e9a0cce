/** Runs a script of Paxos storage in a process of its own, kills it, and judges what is left. */
import type { HistoryOperation } from '../../history.ts'
import { LogModel } from '../../model.ts'
import { liveAndDie } from '../child-process.ts'
import { judgeLife } from '../judge-life.ts'
import { crashOf, saidOf } from '../own-end.ts'
import type { ChildOrders } from '../protocol.ts'
import { storyOf } from '../story.ts'
import { describeCrash, type Script } from './script.ts'
import { type ScriptPlace, withScript } from './script-place.ts'
import type { ScriptTrial } from './shrink-script.ts'

/** @throws the signal's reason @throws {AdapterError} the adapter cannot be run */
export function runScript(place: ScriptPlace, script: Script<HistoryOperation>): Promise<ScriptTrial> {
  const { adapter, signal } = place
  return withScript(place, script, async (plan, scripted) => {
    const orders = { ...scripted, firstRound: 0 } satisfies ChildOrders
    const life = await liveAndDie(plan, orders, signal)
    const start = new LogModel<string>()
    const { findings, view } = judgeLife({ adapter, directory: orders.directory }, start, life)
    const crash = crashOf(life, describeCrash(script))
    const { capabilities } = adapter
    const story = storyOf({ issued: life.issued, crash, view, findings, capabilities })
    return { findings, story: { ...story, ...saidOf(life) } }
  })
}
