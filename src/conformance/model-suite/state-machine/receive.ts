/** Has a state machine receive another replica's snapshot, and looks at it meanwhile: it is what it was, and then what it was sent. */
import type { SnapshotInstall, StateMachine } from '../../../state-machine/index.ts'
import { viewOf } from '../../state-machine/entries.ts'
import { applyEntries } from '../../state-machine/expectations.ts'
import type { ModelView } from '../../state-machine/model.ts'
import type { StateCall } from './call.ts'
import { differenceOf } from './differences.ts'
import type { HistoryLog } from './history-log.ts'

export interface Replicas {
  readonly machine: StateMachine
  /** Where the snapshot comes from. */
  readonly leader: StateMachine
  readonly log: HistoryLog
}

/** Returns what was wrong before it was in use, in words. @throws whatever one of the two throws */
export async function receive(
  { machine, leader, log }: Replicas,
  { through, native }: Extract<StateCall, { kind: 'install' }>,
): Promise<string[]> {
  await applyEntries(leader, log.entries(leader.applied().index + 1, through))
  const { id } = await leader.createSnapshot({ kind: native ? 'native' : 'stream' })
  const before = viewOf(machine)
  const source = await leader.openSnapshot(id)
  try {
    const install = await machine.beginInstall(source.manifest)
    for await (const { block, bytes } of source.blocks()) {
      if (await takesDamaged(install, block, bytes)) return [`block ${block} was taken with a damaged byte`]
      await install.write(block, bytes)
    }
    const early = differenceOf(viewOf(machine), before)
    if (early !== undefined) return [`before it was put in use ${early.text}`]
    return await watch(machine, install.commit(), { before, after: log.at(through).view })
  } finally {
    await source.close()
  }
}

async function takesDamaged(install: SnapshotInstall, block: number, bytes: Uint8Array): Promise<boolean> {
  const damaged = Uint8Array.from(bytes, (byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte))
  return await install.write(block, damaged).then(
    () => true,
    () => false,
  )
}

async function watch(
  machine: StateMachine,
  committing: Promise<unknown>,
  { before, after }: { readonly before: ModelView; readonly after: ModelView },
): Promise<string[]> {
  let isDone = false
  const ended = committing.finally(() => {
    isDone = true
  })
  ended.catch(() => undefined)
  let mix: string | undefined
  while (!isDone && mix === undefined) {
    const shown = viewOf(machine)
    const different = [before, after].map((view) => differenceOf(shown, view))
    if (!different.includes(undefined)) mix = `while it was put in use ${different[0]?.text}`
    await new Promise(setImmediate)
  }
  await ended
  return mix === undefined ? [] : [mix]
}
